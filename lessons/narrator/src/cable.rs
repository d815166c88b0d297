//! A connection whose cable can be cut: whatever arrives at either end is thrown away, until the cable is healed.
//!
//! Neither end is told, as with a real cable. What was sent meanwhile is not lost: TCP sends it again.

use std::io;

use socket2::Socket;

/// Cuts the cable between these sockets, the two ends of a connection: `SO_ATTACH_FILTER` (socket(7)), with a filter that
/// takes nothing. They still send, and the wire shows it.
///
/// # Errors
/// Those of `setsockopt(2)`: `PermissionDenied` (EPERM) where only a network of one's own allows it, as with `--wire`.
/// `Unsupported` elsewhere than on Linux.
pub fn cut(ends: &[&Socket]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    return ends.iter().try_for_each(|end| end.attach_filter(&[socket2::SockFilter::new(0x06, 0, 0, 0)]));
    #[cfg(not(target_os = "linux"))]
    {
        let _ = ends;
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// Heals it: `SO_DETACH_FILTER`.
///
/// # Errors
/// Those of `setsockopt(2)`: `NotFound` (ENOENT) where it was not cut. `Unsupported` elsewhere than on Linux.
pub fn heal(ends: &[&Socket]) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    return ends.iter().try_for_each(|end| end.detach_filter());
    #[cfg(not(target_os = "linux"))]
    {
        let _ = ends;
        Err(io::ErrorKind::Unsupported.into())
    }
}
