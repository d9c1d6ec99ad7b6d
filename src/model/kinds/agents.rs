//! Models and agents.

use crate::model::fact::facts;
use crate::model::{Key, To};

facts! {
    /// A model service: notebook, endpoint, deployment, knowledge base, agent, agent memory.
    ModelService {
        /// It keeps data of its own, so that encryption is a setting at all; false for a mere deployment.
        keeps_data: bool,
        /// What it keeps is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// Whether where it processes prompts is a setting of it.
        routes: bool,
        /// It may process prompts in any region worldwide.
        global_processing: bool,
    }
}
