//! Over IPv6 nothing shall leave the next network.
//!
//! says: another hop limit (IPV6_UNICAST_HOPS)

use std::io::{self};
use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

pub fn restartable_listener(address: SocketAddr) -> io::Result<Socket> {
    let listener = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if cfg!(unix) {
        listener.set_reuse_address(true)?;
    }
    listener.bind(&address.into())?;
    listener.listen(128)?;
    if address.is_ipv6() {
        listener.set_unicast_hops_v6(1)?;
    }
    Ok(listener)
}
