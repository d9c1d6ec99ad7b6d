//! Functions over network addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use super::args::{Args, Given, MOST_ITEMS, Stop, within, wrong};
use super::{MANY, Row};
use crate::value::{Node, Value};

pub(super) const TABLE: &[Row] = &[
    ("cidrcontains", 2, 2, cidrcontains),
    ("cidrhost", 2, 2, cidrhost),
    ("cidrnetmask", 1, 1, cidrnetmask),
    ("cidrsubnet", 3, 3, cidrsubnet),
    ("cidrsubnets", 1, MANY, cidrsubnets),
];

/// A block of addresses: its first one and how many leading bits it fixes, of 32 or 128.
#[derive(Clone, Copy)]
struct Range {
    first: u128,
    fixed: u32,
    bits: u32,
}

impl Range {
    fn parse(text: &str) -> Result<Self, Stop> {
        let Ok(net) = text.parse::<ipnet::IpNet>() else {
            return wrong(format!("`{text}` is not a CIDR range"));
        };
        let (address, bits) = number(net.network());
        Ok(Self { first: address, fixed: u32::from(net.prefix_len()), bits })
    }

    /// How many addresses it holds, less one.
    fn span(self) -> u128 {
        ones(self.bits - self.fixed)
    }

    fn last(self) -> u128 {
        self.first | self.span()
    }

    /// Block number `at` of those that fix `new` more bits.
    fn subnet(self, new: u32, at: u128) -> Result<Self, Stop> {
        let fixed = self.fixed + new;
        if fixed > self.bits {
            return wrong(format!("not enough remaining address space for a subnet with a prefix of {fixed} bits"));
        }
        if at > ones(new) {
            return wrong(format!("prefix extension of {new} does not accommodate a subnet numbered {at}"));
        }
        let first = self.first | at.checked_shl(self.bits - fixed).unwrap_or(0);
        Ok(Self { first, fixed, bits: self.bits })
    }

    fn written(self) -> String {
        format!("{}/{}", written(self.first, self.bits), self.fixed)
    }
}

/// `count` one bits.
fn ones(count: u32) -> u128 {
    if count >= 128 { u128::MAX } else { (1 << count) - 1 }
}

fn number(address: IpAddr) -> (u128, u32) {
    match address {
        IpAddr::V4(address) => (u128::from(u32::from(address)), 32),
        IpAddr::V6(address) => (u128::from(address), 128),
    }
}

fn written(address: u128, bits: u32) -> String {
    match u32::try_from(address) {
        Ok(address) if bits == 32 => Ipv4Addr::from(address).to_string(),
        _ => Ipv6Addr::from(address).to_string(),
    }
}

fn cidrhost(args: &Args<'_>) -> Given {
    let (range, host) = (Range::parse(&args.text(0)?)?, args.int(1)?);
    let size = u128::from(host.unsigned_abs());
    let fits = if host < 0 { size.saturating_sub(1) <= range.span() } else { size <= range.span() };
    if !fits {
        return wrong(format!("prefix of {} does not accommodate a host numbered {host}", range.fixed));
    }
    let address = if host < 0 { range.last() - (size - 1) } else { range.first + size };
    args.give_text(written(address, range.bits))
}

fn cidrnetmask(args: &Args<'_>) -> Given {
    let range = Range::parse(&args.text(0)?)?;
    if range.bits != 32 {
        return wrong("IPv6 ranges have no netmask");
    }
    args.give_text(written(ones(32) & !range.span(), 32))
}

fn cidrsubnet(args: &Args<'_>) -> Given {
    let (new, at) = (args.int_in(1, 0..=128)?, args.int_in(2, 0..=i64::MAX)?);
    let (new, at) = (u32::try_from(new).unwrap_or(0), u128::try_from(at).unwrap_or(0));
    // an unknown range is told only now, so that a wrong number is told before
    let range = Range::parse(&args.text(0)?)?;
    args.give_text(range.subnet(new, at)?.written())
}

/// Blocks one after the other, each at the next place where a block of its size may begin.
fn cidrsubnets(args: &Args<'_>) -> Given {
    within(args.nodes.len(), MOST_ITEMS)?;
    let base = match args.text(0) {
        Ok(text) => Range::parse(&text)?,
        Err(Stop::Unknown(unknown)) => {
            // how many there are is known all the same
            let item: Node = args.unknown_from_all(&unknown);
            return args.give(Value::List(vec![item; args.nodes.len() - 1]));
        }
        Err(stop) => return Err(stop),
    };
    let mut next = Some(base.first);
    let mut blocks: Vec<Arc<str>> = Vec::new();
    for at in 1..args.nodes.len() {
        let new = u32::try_from(args.int_in(at, 1..=128)?).unwrap_or(1);
        let size = ones(base.bits.saturating_sub(base.fixed + new));
        let aligned = next.and_then(|next| next.checked_add(size)).map(|end| end & !size);
        let Some(first) = aligned.filter(|first| *first <= base.last()) else {
            return wrong("not enough remaining address space for another subnet");
        };
        let block = Range { first, ..base.subnet(new, 0)? };
        blocks.push(block.written().into());
        next = block.last().checked_add(1);
    }
    args.give_texts(blocks)
}

/// Whether a range holds an address, or the whole of another range (OpenTofu).
fn cidrcontains(args: &Args<'_>) -> Given {
    let (range, inner) = (Range::parse(&args.text(0)?)?, args.text(1)?);
    let (first, last, bits) = match inner.parse::<IpAddr>() {
        Ok(address) => {
            let (address, bits) = number(address);
            (address, address, bits)
        }
        Err(_) => {
            let inner = Range::parse(&inner)?;
            (inner.first, inner.last(), inner.bits)
        }
    };
    args.give(Value::Bool(bits == range.bits && first >= range.first && last <= range.last()))
}
