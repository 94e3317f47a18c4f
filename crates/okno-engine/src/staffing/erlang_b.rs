//! Erlang B: who finds all servers busy goes away (M/M/N/N).

use super::{
    error::{StaffingError, within},
    load::{MAX_AGENTS, MAX_ERLANGS},
};

/// The share of arrivals that find all `servers` busy at `erlangs`. Holds for any distribution of handle times.
///
/// `B(0) = 1`, `B(k) = A B(k-1) / (k + A B(k-1))` (Erlang 1917; any text on traffic). Relative error below 1e-12.
pub fn erlang_b(erlangs: f64, servers: u32) -> Result<f64, StaffingError> {
    within("the offered load", erlangs, 0.0, MAX_ERLANGS, "from 0 to 900,000 erlangs")?;
    within("the number of servers", f64::from(servers), 0.0, f64::from(MAX_AGENTS), "at most 1,000,000")?;
    Ok(1.0 / inverse_b(erlangs, servers))
}

/// `1 / B`, which may be infinite. `I(0) = 1`, `I(k) = 1 + I(k-1) k / A`: the same recursion without a division.
///
/// An error in `I(k0)` is multiplied by `k / A` in each later step, in all by at most `exp(-(d^2 - m^2) / 2A)` with
/// `d = A - k0`, `m = max(0, A - N)`. So the recursion may begin at the `k0` where that is 1e-18, with a value of the
/// right size: that makes it O(sqrt(A)) instead of O(N).
pub(super) fn inverse_b(erlangs: f64, servers: u32) -> f64 {
    if erlangs == 0.0 {
        return if servers == 0 { 1.0 } else { f64::INFINITY };
    }
    let short = (erlangs - f64::from(servers)).max(0.0);
    let start = (erlangs - (83.0 * erlangs + short * short).sqrt()).floor().max(0.0);
    // Far below A, I(k) is nearly 1 / (1 - k / A).
    let mut inverse = if start == 0.0 { 1.0 } else { erlangs / (erlangs - start) };
    let per = 1.0 / erlangs;
    let mut k = start;
    let end = f64::from(servers);
    // Four steps at once: what does not depend on the step before is ready when it is needed.
    while k + 4.0 <= end && inverse < 1e290 {
        let (first, second, third, fourth) = ((k + 1.0) * per, (k + 2.0) * per, (k + 3.0) * per, (k + 4.0) * per);
        let both = third * fourth;
        inverse = inverse * (first * second * both) + (1.0 + fourth + both + second * both);
        k += 4.0;
    }
    while k < end {
        k += 1.0;
        inverse = inverse * (k * per) + 1.0;
        if inverse > 1e300 {
            return f64::INFINITY;
        }
    }
    inverse
}

/// The load in erlangs that `servers` carry with a share of `blocking` turned away: the inverse of [`erlang_b`].
/// Trunks are planned with it. Relative error below 1e-12.
pub fn erlang_b_capacity(servers: u32, blocking: f64) -> Result<f64, StaffingError> {
    within("the number of servers", f64::from(servers), 1.0, f64::from(MAX_AGENTS) / 2.0, "from 1 to 500,000")?;
    within("the blocking", blocking, 1e-12, 0.5, "above 0 and at most 0.5")?;
    let n = f64::from(servers);
    // B grows with A; at B <= 1/2 the carried load A (1 - B) <= N bounds A by 2 N.
    let (mut low, mut high) = (0.0, 2.0 * n);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if 1.0 / inverse_b(middle, servers) < blocking {
            low = middle;
        } else {
            high = middle;
        }
        if high - low <= 1e-13 * high {
            break;
        }
    }
    Ok(0.5 * (low + high))
}

/// The fewest servers (trunks, lines) that turn away at most a share of `blocking` of `erlangs`.
pub fn erlang_b_servers(erlangs: f64, blocking: f64) -> Result<u32, StaffingError> {
    within("the offered load", erlangs, 0.0, MAX_ERLANGS, "from 0 to 900,000 erlangs")?;
    within("the blocking", blocking, 1e-12, 1.0, "above 0 and at most 1")?;
    let at_most = 1.0 / blocking;
    if erlangs == 0.0 {
        return Ok(0);
    }
    // N servers carry at most N, so N >= A (1 - blocking).
    let mut servers = (erlangs * (1.0 - blocking)).floor().max(0.0) as u32;
    let mut inverse = inverse_b(erlangs, servers);
    while inverse < at_most {
        servers += 1;
        inverse = 1.0 + inverse * f64::from(servers) / erlangs;
    }
    Ok(servers)
}
