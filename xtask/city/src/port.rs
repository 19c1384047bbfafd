//! Ports of this machine that nobody listens on.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result};

/// The wished-for port if it is free, otherwise another that is.
///
/// # Errors
/// When the machine has no free port at all.
pub fn free_port(wished: u16) -> Result<u16> {
    if TcpListener::bind((Ipv4Addr::LOCALHOST, wished)).is_ok() {
        return Ok(wished);
    }
    Ok(free_ports(1)?[0])
}

/// Some free ports, all different: each stays taken until all are chosen.
///
/// # Errors
/// When the machine has not that many.
pub fn free_ports(count: usize) -> Result<Vec<u16>> {
    let listeners: Vec<TcpListener> = (0..count)
        .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
        .collect::<Result<_, _>>()
        .context("this machine has no free port")?;
    let ports = listeners
        .iter()
        .map(|listener| Ok(listener.local_addr()?.port()));
    ports.collect()
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::unwrap_used,
        reason = "a machine without ports fails this test"
    )]

    use super::*;

    #[test]
    fn a_taken_port_is_not_given_again() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let wished = taken.local_addr().unwrap().port();
        assert_ne!(free_port(wished).unwrap(), wished);
        drop(taken);
        assert_eq!(free_port(wished).unwrap(), wished);
    }

    #[test]
    fn several_ports_are_different() {
        let mut ports = free_ports(20).unwrap();
        ports.sort_unstable();
        ports.dedup();
        assert_eq!(ports.len(), 20);
    }
}
