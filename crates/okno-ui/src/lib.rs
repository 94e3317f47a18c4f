//! The built web apps inside the binary, and their serving.
