//! What a container may hold of its host: capabilities that reach beyond it, and the socket of the runtime that started it.
//! One answer for every runtime.

/// Whether a capability, with or without its prefix, is none of those that the Pod Security Standards' baseline level
/// admits (<https://kubernetes.io/docs/concepts/security/pod-security-standards/>).
pub(super) fn reaches_beyond(capability: &str) -> bool {
    const BASELINE: &[&str] = &[
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ];
    let name = capability.to_ascii_uppercase();
    !BASELINE.contains(&name.strip_prefix("CAP_").unwrap_or(&name))
}

/// Whether a path of the host is the socket of a container runtime, or a folder that holds it.
pub(super) fn reaches_runtime(path: &str) -> bool {
    const SOCKETS: &[&str] =
        &["docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "podman.sock", "frakti.sock"];
    const FOLDERS: &[&str] =
        &["", "/run", "/var/run", "/var", "/run/containerd", "/var/run/containerd", "/var/run/crio", "/run/crio"];
    let plain = path.trim_end_matches('/');
    SOCKETS.iter().any(|socket| plain.ends_with(socket)) || path.starts_with('/') && FOLDERS.contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtime_is_reached_by_its_socket_and_by_the_folders_above_it() {
        for path in ["/", "/var/run/", "/run", "/var/run/docker.sock"] {
            assert!(reaches_runtime(path), "{path}");
        }
        for path in ["", "./run", "/srv/data", "/var/log"] {
            assert!(!reaches_runtime(path), "{path}");
        }
        assert!(reaches_beyond("CAP_SYS_ADMIN") && reaches_beyond("all"));
        assert!(!reaches_beyond("NET_BIND_SERVICE") && !reaches_beyond("cap_chown"));
    }
}
