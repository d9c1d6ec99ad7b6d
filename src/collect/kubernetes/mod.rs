//! A running cluster to a snapshot: what it serves of the kinds that are read, each listed page by page.
//!
//! **Invariant:** nothing but `GET` goes to the API server, on lists and on what it says of itself; so no access review is
//! asked for beforehand either, as that is a `create` to the cluster and its audit log. A right that is missing is seen
//! where the list is refused. The client stands behind the feature `kubernetes`; what is asked for does not.

#[cfg(feature = "kubernetes")]
mod api;
#[cfg(feature = "kubernetes")]
mod connect;
mod kinds;
#[cfg(feature = "kubernetes")]
mod list;
mod role;
#[cfg(feature = "kubernetes")]
mod served;
#[cfg(feature = "kubernetes")]
mod shape;
#[cfg(feature = "kubernetes")]
mod take;

pub use kinds::{Kind, kinds};
pub use role::roles;
#[cfg(feature = "kubernetes")]
pub use take::{Clock, KubernetesError, Request, Taken, take};
