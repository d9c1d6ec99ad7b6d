//! Models and agents.

use crate::model::fact::facts;
use crate::model::{Key, To};

facts! {
    /// The calls of a model service.
    ModelCalls {
        /// They are logged, with what was asked and answered.
        logged: bool,
    }
}

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
        /// Whether filters for what goes in and comes out are a setting of it.
        takes_guardrail: bool,
        /// Such filters are in place.
        guarded: bool,
        /// Whether a filter for personal data is a setting of them.
        takes_privacy_filter: bool,
        /// Personal data is filtered.
        privacy_filtered: bool,
        /// Whether its exposure to networks is a setting of it.
        takes_network: bool,
        /// It can be reached from the internet, or reaches the internet directly.
        public: bool,
        /// Whether it fetches what prompts name, and the places it fetches from can be bounded.
        sets_egress: bool,
        /// It fetches from listed places only.
        egress_limited: bool,
        /// Whether logging in with keys of its own can be turned off.
        takes_local_login: bool,
        /// Keys of its own let callers in, beside the identities of the cloud.
        local_login: bool,
    }
}
