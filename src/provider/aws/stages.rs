//! What the stages of Amazon API Gateway log: who calls, and the execution of their methods, whose settings are a resource
//! of their own in Terraform.

use std::sync::Arc;

use super::Row;
use super::common::{default, fixed, resource};
use crate::model::{Endpoint, Resource};
use crate::provider::join::read_off;
use crate::provider::{Context, entry};
use crate::value::{Block, Known, Origins, Why, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_api_gateway_stage", stage),
    ("aws_api_gateway_method_settings", settings),
    ("aws_apigatewayv2_stage", stage),
];

const SETTINGS: &str = "aws_api_gateway_method_settings";
const STAGE: &str = "aws_api_gateway_stage";

fn endpoint(block: &Block, logged: Known<bool>) -> Endpoint {
    Endpoint { form: fixed(block, "api-stage"), sets_logging: default(block, true), logged, ..entry::endpoint(block) }
}

/// Access logs are off until a destination is named. What is logged of the execution of every method holds every request
/// as well, where it is more than the errors: <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html>.
fn stage(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let destination = block.body.exists("access_log_settings.destination_arn");
    let settings = context.blocks.of_type(SETTINGS).map(|settings| (settings, is_of(settings, block, context)));
    let own: Vec<_> = settings.filter(|(_, own)| own.value() != Some(&false)).collect();
    let traced = all(own.iter().map(|(settings, own)| own.clone().not().either(has_level(settings, &["INFO"]))));
    let whole = own.iter().map(|(settings, own)| all([own.clone(), is_whole(settings), traced.clone()]));
    let logged = any([destination].into_iter().chain(whole));
    out.push(resource(block, &["stage_name", "name"], endpoint(block, logged)));
}

/// What is logged of the methods is judged with the stage; where that is not seen, it is all that is known of it.
fn settings(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let stages = context.blocks.of_type(STAGE).map(|stage| (stage, is_of(block, stage, context)));
    let may: Vec<_> = stages.filter(|(_, is)| is.value() != Some(&false)).collect();
    let owner = may.iter().find(|(_, is)| is.value() == Some(&true)).map(|(stage, _)| *stage);
    if owner.is_none() {
        let logged = [has_level(block, &["INFO", "ERROR"])].into_iter().chain(may.into_iter().map(|(_, is)| is));
        out.push(resource(block, &["stage_name"], endpoint(block, any(logged))));
    }
    let payload = super::alarms::of_methods(block);
    let name = owner.map(|stage| resource(stage, &["stage_name"], entry::endpoint(stage)).name);
    out.push(Resource { name: name.unwrap_or_else(|| payload.name.clone()), ..payload });
}

/// Whether `settings` are those of the methods of `stage`: by reference, as its name was read off it, or by its name and
/// its API's.
fn is_of(settings: &Block, stage: &Block, context: &Context<'_>) -> Known<bool> {
    let at = Origins::at(settings.head);
    if *stage.native_type != *STAGE {
        return Known::set(false, at);
    }
    if let Some(named) = context.blocks.follow(&settings.body, "stage_name", &[STAGE, "aws_api_gateway_deployment"]) {
        // a deployment of CloudFormation holds the stage that it makes, and the settings of it
        let holds = stage.address.strip_prefix(&*named.address).is_some_and(|rest| rest.starts_with('.'));
        return Known::set(named.unit == stage.unit && (named.address == stage.address || holds), at);
    }
    if read_off(settings, "stage_name", stage) {
        return Known::set(true, at);
    }
    let open = || Known::because(Why::Fragment(settings.address.clone()), at.clone());
    let (name, own) = (settings.body.text("stage_name"), stage.body.text("stage_name"));
    match (name.value(), own.value()) {
        (Some(name), Some(own)) if name != own => Known::set(false, at),
        (None, _) if name.why().is_none_or(|unknown| unknown.is_reference()) => Known::set(false, at),
        (Some(_), Some(_)) => match (api(settings), api(stage)) {
            (Some(one), Some(other)) => Known::set(one == other, at),
            _ => open(),
        },
        _ => open(),
    }
}

/// What tells the API that a block speaks of: stages of several are called alike.
fn api(block: &Block) -> Option<Arc<str>> {
    let api = block.body.text("rest_api_id");
    let referred = api.why().and_then(|unknown| unknown.refers.first()).map(|to| to.address.clone());
    referred.or_else(|| api.value().cloned())
}

fn has_level(settings: &Block, among: &[&str]) -> Known<bool> {
    settings.body.text("settings.logging_level").map(|level| among.contains(&&*level)).or_default(false)
}

/// `*/*`; CloudFormation writes it in two parts.
fn is_whole(settings: &Block) -> Known<bool> {
    let is = |path: &str, every: &[&str]| settings.body.text(path).map(|is| every.contains(&&*is)).or_default(false);
    let in_parts = is("resource_path", &["/*"]).and(is("http_method", &["*"]));
    any([is("method_path", &["*/*"]), is("key", &["*/*"]), in_parts])
}
