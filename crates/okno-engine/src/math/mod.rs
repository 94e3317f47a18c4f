//! Special functions that staffing and waiting need, in double precision, without a dependency. Tested against values
//! with more digits than they have to keep.

mod gamma;
mod normal;

pub(crate) use gamma::gamma_quantile;
pub(crate) use normal::{normal_density, normal_hazard, normal_share};
