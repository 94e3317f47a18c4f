//! Which peer a datagram on the shared socket is for.
//!
//! An address counts only after a STUN check from it carried the peer's secret. Everything else from an unknown address is dropped after
//! one look into a table: strangers cost the same however many peers there are.

use std::collections::HashMap;
use std::net::SocketAddr;

use str0m::ice::StunMessage;

/// Addresses of one peer; a browser has a handful, and each network change may add one.
const MAX_ADDRESSES: usize = 16;

/// Addresses and ICE names of the peers of one thread.
#[derive(Debug, Default)]
pub(crate) struct Demux {
    addresses: HashMap<SocketAddr, u32>,
    /// By our half of the ICE user name, which is random and only the peer knows.
    names: HashMap<String, u32>,
}

impl Demux {
    /// The peer that has proven this address.
    pub(crate) fn known(&self, from: SocketAddr) -> Option<u32> {
        self.addresses.get(&from).copied()
    }

    /// The peer whose name a STUN request carries. Not yet proven.
    pub(crate) fn named(&self, datagram: &[u8]) -> Option<u32> {
        let message = StunMessage::parse(datagram).ok()?;
        if !message.is_binding_request() {
            return None;
        }
        let (own, _) = message.split_username()?;
        self.names.get(own).copied()
    }

    /// The peer has proven the address. Its oldest ones are forgotten beyond the limit.
    pub(crate) fn prove(&mut self, from: SocketAddr, slot: u32, of_peer: &mut Vec<SocketAddr>) {
        self.addresses.insert(from, slot);
        of_peer.retain(|own| *own != from);
        of_peer.push(from);
        if of_peer.len() > MAX_ADDRESSES {
            let oldest = of_peer.remove(0);
            self.forget_address(oldest, slot);
        }
    }

    /// The peer is called that from now on, beside its older names.
    pub(crate) fn name(&mut self, name: String, slot: u32) {
        self.names.insert(name, slot);
    }

    fn forget_address(&mut self, address: SocketAddr, slot: u32) {
        if self.addresses.get(&address) == Some(&slot) {
            self.addresses.remove(&address);
        }
    }

    /// The peer is gone.
    pub(crate) fn forget(&mut self, slot: u32, addresses: &[SocketAddr]) {
        for address in addresses {
            self.forget_address(*address, slot);
        }
        self.names.retain(|_, own| *own != slot);
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> (usize, usize) {
        (self.addresses.len(), self.names.len())
    }
}

/// Whether a datagram looks like STUN (RFC 7983).
pub(crate) fn is_stun(datagram: &[u8]) -> bool {
    datagram.len() >= 20 && datagram[0] < 4 && datagram[4..8] == [0x21, 0x12, 0xa4, 0x42]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_has_few_addresses_and_leaves_none_behind() {
        let mut demux = Demux::default();
        let mut own = Vec::new();
        demux.name("abc".to_owned(), 7);
        for port in 1000..1100 {
            demux.prove(SocketAddr::from(([127, 0, 0, 1], port)), 7, &mut own);
        }
        assert_eq!((demux.len(), own.len()), ((16, 1), 16));
        demux.prove(SocketAddr::from(([127, 0, 0, 1], 1099)), 8, &mut Vec::new());
        demux.forget(7, &own);
        assert_eq!(demux.len(), (1, 0), "an address that went to another peer stays with it");
    }
}
