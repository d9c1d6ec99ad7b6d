//! Addresses and ports, as every cloud's firewall rules write them.

use ipnet::IpNet;

/// Whether a source, as written, is the whole internet: `0.0.0.0/0`, `::/0`, any range shorter than `/1`..`/4` that no
/// private network could be, `*`, `any`, `Internet`.
pub fn is_anywhere(source: &str) -> bool {
    let source = source.trim();
    if matches!(source.to_ascii_lowercase().as_str(), "*" | "any" | "internet" | "<nw>/0" | "/0") {
        return true;
    }
    // two halves of the internet are written to slip past scanners; an address without a length is that address, so that
    // `0.0.0.0` alone lets nobody in
    source.parse::<IpNet>().is_ok_and(|net| net.prefix_len() <= 1)
}

/// A range of ports as written: `22`, `20-25`, `*`, empty for all. None where it is not a port at all.
pub fn port_range(written: &str) -> Option<(u16, u16)> {
    let written = written.trim();
    if matches!(written, "*" | "" | "any" | "Any") {
        return Some((0, u16::MAX));
    }
    match written.split_once(['-', ':']) {
        Some((from, to)) => Some((from.trim().parse().ok()?, to.trim().parse().ok()?)),
        None => written.parse().ok().map(|port| (port, port)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_of_the_internet_are_the_internet() {
        for source in ["0.0.0.0/0", "::/0", "*", "Internet", "0.0.0.0/1", "128.0.0.0/1"] {
            assert!(is_anywhere(source), "{source}");
        }
        for source in ["10.0.0.0/8", "203.0.113.7/32", "VirtualNetwork", "fd00::/8", "0.0.0.0"] {
            assert!(!is_anywhere(source), "{source}");
        }
        assert_eq!(port_range("20-25"), Some((20, 25)));
        assert_eq!(port_range("*"), Some((0, 65535)));
    }
}
