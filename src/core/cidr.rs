//! An IPv4 network.

use std::fmt;

/// An IPv4 network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    /// The address as a number.
    pub address: u32,
    /// The length of the prefix, 0 to 32.
    pub prefix: u8,
}

impl Cidr {
    /// Reads `10.30.0.0/16`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let address: std::net::Ipv4Addr = address.parse().ok()?;
        if prefix.is_empty() || prefix.len() > 2 || !prefix.chars().all(|c| c.is_ascii_digit()) {
            return None;
        }
        let prefix: u8 = prefix.parse().ok()?;
        (prefix <= 32).then(|| Self {
            address: u32::from(address),
            prefix,
        })
    }

    fn mask(self) -> u32 {
        u32::MAX
            .checked_shl(32 - u32::from(self.prefix))
            .unwrap_or(0)
    }

    /// Whether no host bits are set: it is the network's first address.
    #[must_use]
    pub fn is_aligned(self) -> bool {
        self.address & !self.mask() == 0
    }

    fn contains(self, other: Self) -> bool {
        other.prefix >= self.prefix && other.address & self.mask() == self.address & self.mask()
    }

    /// Whether the two share an address.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// The first /16 of 10.0.0.0/8 that overlaps none of `taken`: those whose second number is a multiple of ten come
    /// first, as the profiles have them. `None` where all are taken.
    #[must_use]
    pub fn free(taken: &[Self]) -> Option<Self> {
        let network = |second: u32| Self {
            address: 0x0A00_0000 + (second << 16),
            prefix: 16,
        };
        let tens = (1..=25).map(|ten| ten * 10);
        tens.chain(0..=255)
            .map(network)
            .find(|network| !taken.iter().any(|other| other.overlaps(*network)))
    }

    /// The network with a prefix of this length that its address is in.
    #[must_use]
    pub(crate) fn widened(self, prefix: u8) -> Self {
        let wide = Self { prefix, ..self };
        Self {
            address: self.address & wide.mask(),
            prefix,
        }
    }

    /// Whether all of it is in a private range of RFC 1918, or in the shared range of RFC 6598.
    #[must_use]
    pub fn is_private(self) -> bool {
        [
            (0x0A00_0000, 8),  // 10.0.0.0/8
            (0xAC10_0000, 12), // 172.16.0.0/12
            (0xC0A8_0000, 16), // 192.168.0.0/16
            (0x6440_0000, 10), // 100.64.0.0/10
        ]
        .into_iter()
        .any(|(address, prefix)| Self { address, prefix }.contains(self))
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d] = self.address.to_be_bytes();
        write!(f, "{a}.{b}.{c}.{d}/{}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_overlap_where_one_holds_the_other() {
        let overlap = |a, b| Cidr::parse(a).unwrap().overlaps(Cidr::parse(b).unwrap());
        assert!(overlap("10.0.0.0/16", "10.0.240.0/20"));
        assert!(overlap("10.0.240.0/20", "10.0.0.0/16"));
        assert!(!overlap("10.0.0.0/16", "10.1.0.0/16"));
    }
    #[test]
    fn a_network_is_written_as_it_is_read() {
        for text in ["10.30.0.0/16", "192.168.255.240/28", "0.0.0.0/0"] {
            assert_eq!(Cidr::parse(text).unwrap().to_string(), text);
        }
    }
}
