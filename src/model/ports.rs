//! The classes of ports that firewall rules are judged by. Sources: IANA's registry of service names and ports, and the
//! products' own manuals for those that IANA does not list.

/// Ports of remote administration: SSH, Telnet, WinRM, RDP, VNC, Docker, kubelet, Kubernetes API, etcd.
pub const ADMIN_PORTS: &[u16] = &[22, 23, 2375, 2376, 2379, 2380, 3389, 5900, 5985, 5986, 6443, 10250];

/// Ports of data services: FTP, Oracle, SQL Server, MySQL, PostgreSQL, Cassandra, MongoDB, Redis, Memcached, Elasticsearch,
/// CouchDB, Kafka, ZooKeeper, RabbitMQ, Redshift, Neo4j, InfluxDB, NFS, SMB, LDAP.
pub const DATA_PORTS: &[u16] = &[
    20, 21, 389, 445, 1433, 1434, 1521, 2049, 2181, 2424, 2483, 2484, 3306, 4333, 5432, 5439, 5601, 5671, 5672, 5984,
    6379, 6380, 7000, 7001, 7199, 7473, 7474, 7687, 8086, 8529, 9042, 9092, 9093, 9094, 9160, 9200, 9300, 11211, 15672,
    27017, 27018, 27019, 28015, 50000, 61616,
];

/// Ports that may be open to everyone: HTTP, which is to redirect, and HTTPS. As Security Hub's EC2.18 takes them:
/// <https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18>.
const WEB_PORTS: &[u16] = &[80, 443];

/// Whether the range `from..=to` holds a port that is none of the web's.
pub fn beyond_web(from: u16, to: u16) -> bool {
    from != to || !WEB_PORTS.contains(&from)
}
/// Ports of protocols without encryption: FTP, Telnet, TFTP, HTTP, POP3, IMAP, SNMP, LDAP, rexec, rlogin, rsh, MQTT, and the
/// usual second ports of HTTP.
pub const PLAIN_PORTS: &[u16] = &[21, 23, 69, 80, 110, 143, 161, 389, 512, 513, 514, 1883, 8000, 8080];

/// A class of ports.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PortClass {
    /// [`ADMIN_PORTS`].
    Admin,
    /// [`DATA_PORTS`].
    Data,
    /// [`PLAIN_PORTS`].
    Plain,
}

impl PortClass {
    /// The ports of the class.
    pub fn ports(self) -> &'static [u16] {
        match self {
            Self::Admin => ADMIN_PORTS,
            Self::Data => DATA_PORTS,
            Self::Plain => PLAIN_PORTS,
        }
    }

    /// Whether the range `from..=to` holds a port of the class.
    pub fn within(self, from: u16, to: u16) -> bool {
        self.ports().iter().any(|port| (from..=to).contains(port))
    }
}
