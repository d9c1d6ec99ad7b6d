//! Volumes of a cluster and their classes: whether they are paths of a node, whether they are encrypted.

use super::{Object, any_of, resource};
use crate::model::{ClusterVolume, Mount, Resource, StorageClass};
use crate::provider::Context;
use crate::value::{Known, State, Why};

/// EBS volumes are encrypted where the class says so; the disks and file shares of Azure and Google always are. Of other
/// drivers nothing is known.
/// <https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md>
pub(super) fn read_class(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let body = &object.body;
    let driver = body.text("provisioner").or(body.text("storageProvisioner"));
    let origins = driver.origins.clone();
    let encrypted = match &driver.state {
        State::Set(name) | State::Default(name) => match &**name {
            "ebs.csi.aws.com" | "kubernetes.io/aws-ebs" => {
                body.bool("parameters.encrypted").or_default(false).and_at(&object.nowhere())
            }
            "disk.csi.azure.com"
            | "kubernetes.io/azure-disk"
            | "file.csi.azure.com"
            | "kubernetes.io/azure-file"
            | "pd.csi.storage.gke.io"
            | "kubernetes.io/gce-pd"
            | "filestore.csi.storage.gke.io" => Known::default_of(true, object.nowhere()),
            other => Known::because(
                Why::Expression(format!("whether the driver `{other}` encrypts is not known").into()),
                origins,
            ),
        },
        State::Unset => Known::because(Why::Expression("no provisioner is written".into()), object.nowhere()),
        State::Unknown(unknown) => Known::unknown(unknown.clone(), origins),
    };
    resources.push(resource(object, StorageClass { encrypted }));
}

/// A persistent volume. A `local` volume is bound to its node and is not meant: the scheduler knows of it
/// (<https://kubernetes.io/docs/concepts/storage/volumes/#local>).
pub(super) fn read_volume(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    // Terraform's provider puts the source one level deeper
    let sources = ["spec", "spec.persistentVolumeSource"].iter().flat_map(|path| object.body.each(path));
    let host_path = any_of(sources, &object.nowhere(), |source| source.exists("hostPath"));
    resources.push(resource(object, ClusterVolume { host_path }));
    if let Some(encrypted) = mount(object) {
        let mut mount = resource(object, Mount { encrypted });
        mount.part = Some("mount".into());
        resources.push(mount);
    }
}

/// Whether what goes over the network to a file system is encrypted. The driver of EFS uses TLS unless it is told not to,
/// NFS does where the mount asks for it (Linux 6.5), that of Azure Files over NFS where the volume does; over SMB the
/// storage account decides:
/// <https://github.com/kubernetes-sigs/aws-efs-csi-driver/blob/master/docs/README.md#encryption-in-transit>,
/// <https://man7.org/linux/man-pages/man5/nfs.5.html>, <https://learn.microsoft.com/azure/aks/azure-files-csi>,
/// <https://cloud.google.com/filestore/docs/encryption>.
fn mount(object: &Object<'_>) -> Option<Known<bool>> {
    const ATTRIBUTES: &str = "csi.volumeAttributes";
    let paths = ["spec", "spec.persistentVolumeSource"];
    let source = paths
        .iter()
        .flat_map(|path| object.body.each(path))
        .find(|source| source.exists("nfs").value() == Some(&true) || source.exists("csi").value() == Some(&true))?;
    let asked = |options: &'static [&'static str]| {
        let written = object.body.each("spec.mountOptions");
        any_of(written, &source.origins, |option| option.text("").map(|text| options.contains(&&*text)))
    };
    let attribute = |name: &str, usual: bool| source.bool(&format!("{ATTRIBUTES}.{name}")).or_default(usual);
    let tls = asked(&["xprtsec=tls", "xprtsec=mtls"]);
    if source.exists("nfs").value() == Some(&true) {
        return Some(tls);
    }
    let driver = source.text("csi.driver");
    Some(match driver.value().map(|driver| &**driver)? {
        "efs.csi.aws.com" => attribute("encryptInTransit", true).either(asked(&["tls"])),
        "nfs.csi.k8s.io" | "filestore.csi.storage.gke.io" => tls,
        "file.csi.azure.com" => {
            let nfs = source.text(&format!("{ATTRIBUTES}.protocol")).map(|name| &*name == "nfs").or_default(false);
            match nfs.value() {
                Some(true) => attribute("encryptInTransit", false),
                _ => Known::because(Why::Expression("the storage account decides over SMB".into()), nfs.origins),
            }
        }
        _ => return None,
    })
}
