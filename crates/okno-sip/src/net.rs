//! Networks and hosts, as plain values.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A network of source addresses: `192.0.2.0/24`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    network: IpAddr,
    bits: u8,
}

impl Cidr {
    /// A network by its address and the number of its leading bits that count; `None` if the family has fewer.
    pub fn new(network: IpAddr, bits: u8) -> Option<Self> {
        let network = network.to_canonical();
        (bits <= width(network)).then(|| Self { network: mask(network, bits), bits })
    }

    /// Exactly one address.
    pub fn one(address: IpAddr) -> Self {
        let network = address.to_canonical();
        Self { network, bits: width(network) }
    }

    /// Whether the address is in the network. An IPv4 address written as IPv6 counts as IPv4.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.network.is_ipv4() && mask(address, self.bits) == self.network
    }

    /// How many leading bits count. The longest match wins.
    pub fn bits(&self) -> u8 {
        self.bits
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn mask(address: IpAddr, bits: u8) -> IpAddr {
    let bits = u32::from(bits);
    match address {
        IpAddr::V4(v4) => IpAddr::V4((v4.to_bits() & u32::MAX.checked_shl(32 - bits).unwrap_or(0)).into()),
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() & u128::MAX.checked_shl(128 - bits).unwrap_or(0)).into()),
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.bits)
    }
}

impl FromStr for Cidr {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let bad = || AddressError::Network(text.to_owned());
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u8>().map_err(|_| bad())?)),
            None => (text, None),
        };
        let address: IpAddr = address.trim().parse().map_err(|_| bad())?;
        match bits {
            Some(bits) => Self::new(address, bits).ok_or_else(bad),
            None => Ok(Self::one(address)),
        }
    }
}

/// A host name or address with a port.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPort {
    /// A name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// 0 = nothing was said: SRV records, else the transport's default port.
    pub port: u16,
}

impl fmt::Display for HostPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&uri_host(&self.host))?;
        if self.port == 0 { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}

impl FromStr for HostPort {
    type Err = AddressError;

    /// Reads `sip.example.net`, `192.0.2.1:5080`, `[2001:db8::1]:5060` or a bare IPv6 address.
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let bad = || AddressError::Host(text.to_owned());
        let text = text.trim();
        let (host, port) = if let Ok(address) = text.parse::<IpAddr>() {
            (address.to_string(), None)
        } else if let Some(rest) = text.strip_prefix('[') {
            let (host, rest) = rest.split_once(']').ok_or_else(bad)?;
            host.parse::<IpAddr>().map_err(|_| bad())?;
            (host.to_owned(), rest.strip_prefix(':'))
        } else {
            match text.split_once(':') {
                Some((host, port)) => (host.to_owned(), Some(port)),
                None => (text.to_owned(), None),
            }
        };
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        if host.is_empty() || host.len() > 253 || !host.chars().all(plain) {
            return Err(bad());
        }
        let port = port.map_or(Ok(0), |port| port.parse().map_err(|_| bad()))?;
        Ok(Self { host, port })
    }
}

/// The host as a URI writes it: an IPv6 address in brackets.
pub(crate) fn uri_host(host: &str) -> String {
    if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host.to_owned() }
}

/// What was written is no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// No network.
    #[error("`{0}` is no network; write it as 192.0.2.0/24, 2001:db8::/32 or as one address")]
    Network(String),
    /// No host.
    #[error("`{0}` is no host; write it as sip.example.net, sip.example.net:5060 or [2001:db8::1]:5060")]
    Host(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> Cidr {
        text.parse().unwrap()
    }

    #[test]
    fn networks_hold_their_addresses() {
        assert!(net("192.0.2.0/24").contains("192.0.2.200".parse().unwrap()));
        assert!(!net("192.0.2.0/24").contains("192.0.3.1".parse().unwrap()));
        assert!(net("192.0.2.7").contains("::ffff:192.0.2.7".parse().unwrap()), "IPv4 in IPv6 clothes");
        assert!(net("0.0.0.0/0").contains("203.0.113.9".parse().unwrap()));
        assert!(!net("0.0.0.0/0").contains("2001:db8::1".parse().unwrap()), "the families are apart");
        assert!(net("2001:db8::/32").contains("2001:db8:ffff::1".parse().unwrap()));
        assert_eq!(net("192.0.2.77/24").to_string(), "192.0.2.0/24");
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["", "x", "192.0.2.0/33", "2001:db8::/129", "192.0.2.0/-1", "192.0.2/24"] {
            assert!(text.parse::<Cidr>().is_err(), "{text}");
        }
    }

    #[test]
    fn hosts_are_read_and_written() {
        for (text, host, port) in [
            ("sip.example.net", "sip.example.net", 0),
            ("sip.example.net:5080", "sip.example.net", 5080),
            ("192.0.2.1:5080", "192.0.2.1", 5080),
            ("[2001:db8::1]:5060", "2001:db8::1", 5060),
            ("2001:db8::1", "2001:db8::1", 0),
        ] {
            assert_eq!(text.parse(), Ok(HostPort { host: host.into(), port }), "{text}");
        }
        for text in ["", ":5060", "a b", "host:99999", "[::1", "a/b", "<x>", "[zz]:1"] {
            assert!(text.parse::<HostPort>().is_err(), "{text}");
        }
        assert_eq!(HostPort { host: "2001:db8::1".into(), port: 5060 }.to_string(), "[2001:db8::1]:5060");
    }
}
