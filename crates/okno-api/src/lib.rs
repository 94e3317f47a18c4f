//! The HTTP and WebSocket doors: REST, event socket, visitor socket, pages.
