//! Numbers that cost more than they look.
//!
//! The tables are the known doors of toll fraud, not a price list: what is missing here is still a foreign number, and those are refused
//! unless a rule allows them.

/// Premium, shared-cost, personal and satellite numbers, by prefix.
const PREMIUM: &[&str] = &[
    // Networks without a country: satellites, international premium rate.
    "870", "878", "881", "882", "883", "888", "979", // North America, Russia, Kazakhstan, Belarus, Ukraine
    "1900", "1976", "7801", "7802", "7803", "7805", "7806", "7807", "7808", "7809", "375902", "380900",
    // Germany, Austria, Switzerland
    "49118", "49137", "49190", "49900", "43810", "43820", "43900", "43901", "43930", "43931", "43939", "41900", "41901", "41906",
    // United Kingdom, Ireland, France, Benelux
    "4470", "44118", "44871", "44872", "44873", "449", "35315", "33118", "3389", "3290", "31900", "31906", "31909", "352900",
    // Southern Europe
    "39144", "39166", "39199", "39892", "39894", "39895", "39899", "34803", "34806", "34807", "34905", "34907", "3516", "351760", "3090",
    // Northern Europe
    "4590", "46900", "46939", "46944", "47820", "47829", "358600", "358700", "372900", "37090", "37190",
    // Central and Eastern Europe
    "4870", "42090", "421900", "3690", "40900", "38590", "38690", "35990", // Elsewhere
    "6119", "64900", "81990", "55900", "90900", "9721900",
];

/// Numbers that share a country code with others but are another country, and are priced so.
const ABROAD: &[(&str, &[&str])] = &[
    (
        "1",
        &[
            "1242", "1246", "1264", "1268", "1284", "1340", "1345", "1441", "1473", "1649", "1658", "1664", "1670", "1671", "1684", "1721",
            "1758", "1767", "1784", "1787", "1809", "1829", "1849", "1868", "1869", "1876", "1939",
        ],
    ),
    ("7", &["76", "77"]),
];

/// What kind of number it is, from a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    National,
    International,
    /// With the prefix that makes it one.
    Premium(&'static str),
}

/// The zone of a number without its `+`.
pub(super) fn zone(country: &str, digits: &str) -> Zone {
    let premium = PREMIUM.iter().filter(|prefix| digits.starts_with(**prefix)).max_by_key(|prefix| prefix.len());
    if let Some(prefix) = premium {
        return Zone::Premium(prefix);
    }
    let abroad = ABROAD.iter().any(|(code, list)| *code == country && list.iter().any(|prefix| digits.starts_with(prefix)));
    if digits.starts_with(country) && !country.is_empty() && !abroad { Zone::National } else { Zone::International }
}
