//! Volumes of a cluster and their classes: whether they are paths of a node, whether they are encrypted.

use super::{Object, any_of, resource};
use crate::model::{ClusterVolume, Resource, StorageClass};
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
}
