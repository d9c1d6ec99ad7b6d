//! What runs code: machines, functions, clusters, workloads and their containers, and the identities they run as.

use std::sync::Arc;

use crate::model::fact::facts;

facts! {
    /// A virtual machine, a scale set, or a template for them.
    VirtualMachine {
        /// It has a public address.
        public_address: bool,
        /// Whether its metadata service can demand a session token at all.
        has_metadata_token: bool,
        /// Its metadata service answers only with a session token.
        metadata_token_required: bool,
        /// A credential stands in its user data, start-up script or metadata.
        plain_secret: bool,
        /// Whether verified boot is a setting of it.
        sets_boot: bool,
        /// It starts only what is signed: secure boot, with a virtual trusted platform module where that is a setting.
        verified_boot: bool,
        /// Whether how people log in is a setting of it.
        sets_login: bool,
        /// Who logs in proves it by a key or by the cloud's identity, never by a password alone.
        strong_login: bool,
        /// Whether patching is arranged for it here, or by what names it.
        sets_patching: bool,
        /// Security fixes are installed by themselves.
        patched: bool,
        /// Whether encryption on its host is a setting of it; false where temporary disks are always encrypted.
        takes_host_encryption: bool,
        /// Temporary disks and caches are encrypted on its host.
        host_encrypted: bool,
    }
}

facts! {
    /// What runs in several copies: a group of machines, a pool of nodes, a service, a workload; or an entry to them.
    ComputeGroup {
        /// Whether the zones that it spans are a setting of it.
        sets_zones: bool,
        /// It spans two zones or more.
        multi_zone: bool,
        /// Whether the replacement of what is sick is a setting of it.
        sets_healing: bool,
        /// What is sick is replaced by itself.
        heals: bool,
        /// Whether the number of its copies is a setting of it.
        sets_scaling: bool,
        /// Their number follows the load up to a stated ceiling.
        scales: bool,
        /// The fewest copies.
        floor: i64,
    }
}

facts! {
    /// A function or a serverless container service.
    Function {
        /// A credential stands in its environment values.
        plain_secret: bool,
        /// It is bound to a private network.
        in_network: bool,
        /// What it sends to the internet passes through that network too; false for one that is bound to none.
        egress_through_network: bool,
        /// It runs on a language runtime of the provider's; false for a container image or a program of its own.
        has_runtime: bool,
        /// That runtime still gets security fixes.
        runtime_supported: bool,
        /// It has environment values.
        has_environment: bool,
        /// Whether the key that they are encrypted with is a setting of it.
        takes_environment_key: bool,
        /// They are encrypted with a key that the customer controls.
        environment_key: bool,
    }
}

facts! {
    /// A container cluster or its control plane; node pools stand for themselves as one.
    Cluster {
        /// It has a control plane whose settings these are; false for a node pool.
        control_plane: bool,
        /// Its secrets are encrypted with a key that the customer controls, on top of the provider's disk encryption.
        secrets_encrypted: bool,
        /// The addresses that can reach its API are limited: a private endpoint, or listed ranges that are not everyone.
        api_restricted: bool,
        /// Its API or kubelets answer anonymous requests.
        anonymous_access: bool,
        /// Control-plane logs, audit included, are sent out of the cluster.
        audit_logged: bool,
        /// Its version is supported by the provider, or the provider chooses it.
        version_supported: bool,
        /// Its control plane or nodes upgrade by themselves.
        auto_upgrade: bool,
        /// Legacy attribute-based authorisation is on, or whoever logs in may do everything.
        legacy_authorization: bool,
        /// Network policies are enforced.
        network_policy_enforced: bool,
        /// Kubernetes role-based access control is on.
        rbac: bool,
        /// Pods can reach the node's identity through the metadata service.
        node_metadata_exposed: bool,
        /// It says itself whether its nodes have public addresses; false for what leaves that to another resource.
        places_nodes: bool,
        /// Its nodes have no public addresses.
        nodes_private: bool,
        /// Whether a guard against deletion is a setting of it.
        takes_delete_guard: bool,
        /// It cannot be deleted before that guard is lifted.
        delete_guarded: bool,
        /// Whether the admission of images by policy is a setting of it.
        takes_image_policy: bool,
        /// Images are admitted by policy.
        image_policy: bool,
        /// Whether accounts of its own, beside the identities of the cloud, can be turned off.
        takes_local_login: bool,
        /// Accounts of its own let callers in, an administrator's that nobody in particular holds among them.
        local_login: bool,
    }
}

facts! {
    /// A part of a cluster that one runs oneself: the API server, the store behind it, the agent of a node.
    ClusterComponent {
        /// Which: `api-server`, `etcd`, `kubelet`.
        form: Arc<str>,
        /// It answers over TLS, with a certificate that was given to it.
        tls_served: bool,
        /// Callers are known by their certificates.
        tls_callers: bool,
        /// Members of the store speak TLS among themselves, and check each other's certificates.
        tls_peers: bool,
        /// It checks the certificate of the store of the cluster, and shows one itself.
        tls_store: bool,
        /// It checks the certificates of kubelets, and shows one itself.
        tls_nodes: bool,
        /// A port of it answers without TLS and without asking who calls.
        plain_port: bool,
        /// A node may read and change only what belongs to its own pods.
        nodes_confined: bool,
    }
}

facts! {
    /// A workload: a pod template with its controller, an ECS task definition, a container group.
    Workload {
        /// It shares the host's process namespace.
        host_pid: bool,
        /// It shares the host's inter-process communication.
        host_ipc: bool,
        /// It shares the host's network, or a host port.
        host_network: bool,
        /// It mounts a path of the host.
        host_path: bool,
        /// It mounts the container runtime's socket.
        runtime_socket: bool,
        /// A credential stands in environment values, arguments or configuration that it reads.
        plain_secret: bool,
        /// A credential of a model or a tool stands in plain sight, for an agent.
        plain_agent_secret: bool,
        /// Its service account holds cluster-admin or wildcard rights.
        admin_rights: bool,
        /// Its service account may read secrets beyond named ones, create pods, or exec into them.
        reach_rights: bool,
        /// Egress is limited to listed destinations.
        egress_limited: bool,
        /// It runs code that it did not ship with: a code interpreter or sandbox, by label or kind.
        runs_code: bool,
        /// It runs under a hardened runtime class (gVisor, Kata).
        hardened_runtime: bool,
        /// It has a time-to-live or deadline.
        has_deadline: bool,
        /// Every container has limits of memory and processor.
        has_limits: bool,
        /// The token of its service account is put into its containers.
        token_mounted: bool,
        /// Its service account is bound to a role of the cluster, so that the token serves a purpose.
        token_needed: bool,
        /// What it does is traced: it sends traces to a collector.
        traced: bool,
        /// What it says to other workloads is encrypted, and both sides prove who they are, by the mesh or the pod network.
        mesh_encrypted: bool,
        /// It says itself in which region it runs; false for what leaves that to its cluster.
        sets_place: bool,
    }
}

facts! {
    /// One container of a workload, init and ephemeral ones included.
    Container {
        /// It is privileged.
        privileged: bool,
        /// A process in it may gain more rights than its parent. A privileged container always may.
        may_escalate: bool,
        /// Dangerous capabilities are added: `ALL`, `SYS_ADMIN`, `NET_ADMIN`, …
        adds_capabilities: bool,
        /// It runs as the root user, or nothing says that it does not.
        root: bool,
        /// Its root file system cannot be written.
        read_only_root: bool,
        /// It drops all capabilities that it does not add by name.
        drops_capabilities: bool,
        /// It runs under a seccomp profile.
        seccomp: bool,
        /// Its image is named by digest.
        image_pinned: bool,
        /// A secret of the cluster reaches it as an environment variable.
        secret_in_environment: bool,
    }
}

facts! {
    /// An image of containers, as a Dockerfile builds it.
    Image {
        /// It runs as the root user, or nothing says that it does not.
        root: bool,
        /// The image that it starts from is named by digest, or it starts from nothing.
        base_pinned: bool,
        /// A credential stands in its environment or in its arguments, which lie open in its history.
        plain_secret: bool,
    }
}

facts! {
    /// A volume that a cluster offers to its workloads.
    ClusterVolume {
        /// It is a path of a node, which every workload on that node shares.
        host_path: bool,
    }
}

facts! {
    /// Configuration that workloads read: a Kubernetes config map, or a secret object with its values written out.
    Config {
        /// A credential stands in it in plain sight.
        plain_secret: bool,
        /// Keys of its own let callers in, beside the identities of the cloud.
        local_login: bool,
        /// Whether who reaches it over the network is a setting of it.
        sets_network: bool,
        /// It can be reached from the internet.
        public: bool,
    }
}

facts! {
    /// The identity that a machine, a node pool, a function or a pod runs as.
    ComputeIdentity {
        /// It is the provider's default identity, or the namespace's default service account.
        default: bool,
        /// It holds broad rights: the cloud-wide scope, a bound role.
        broad: bool,
        /// What runs as it: `machine`, `node-pool`, `function`, `workload`.
        of: Arc<str>,
    }
}
