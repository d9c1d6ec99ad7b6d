//! Terraform as Terraform means it: modules evaluated as a lazy graph, unknown kept as a value.

mod functions;
