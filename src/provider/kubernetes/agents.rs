//! Which workloads are part of an AI agent, and which run code that they did not ship with: by kind, label, image, and
//! the credentials of models that they ask for. Names of objects and files tell nothing.

use super::any_of;
use super::pods::Template;
use crate::model::tags_of;
use crate::value::{Known, Node, Origins, State, Value, Why, any};

/// Labels that say so, of objects and pods; the value `true`, or one of those listed.
const LABELS: &[(&str, &[&str])] = &[
    ("deodar.dev/agent", &["true"]),
    // not `agent`: that is what collectors of logs and metrics call themselves
    (
        "app.kubernetes.io/component",
        &["ai-agent", "llm-agent", "agent-runtime", "agent-worker", "mcp-server", "tool-server"],
    ),
    ("app.kubernetes.io/part-of", &["ai-agent", "agent-platform", "kagent"]),
    ("ai.agent", &["true"]),
];

/// Words of an image's path that name a framework of agents.
const FRAMEWORKS: &[&str] = &[
    "langgraph",
    "langchain",
    "crewai",
    "autogen",
    "autogpt",
    "openhands",
    "kagent",
    "llama-index",
    "llamaindex",
    "semantic-kernel",
    "swe-agent",
    "open-interpreter",
    "code-interpreter",
    "smolagents",
    "letta",
    "flowise",
    "dify",
];

/// Words of an image's path that name something that runs others' code.
const INTERPRETERS: &[&str] =
    &["code-interpreter", "open-interpreter", "python-sandbox", "code-sandbox", "agent-sandbox", "jupyter-kernel"];

/// Variables by which libraries of models ask for their credential.
const MODEL_CREDENTIALS: &[&str] = &[
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "AZURE_OPENAI_API_KEY",
    "AZURE_OPENAI_KEY",
    "GEMINI_API_KEY",
    "GOOGLE_GENAI_API_KEY",
    "MISTRAL_API_KEY",
    "COHERE_API_KEY",
    "GROQ_API_KEY",
    "TOGETHER_API_KEY",
    "DEEPSEEK_API_KEY",
    "OPENROUTER_API_KEY",
    "HUGGINGFACEHUB_API_TOKEN",
    "LANGCHAIN_API_KEY",
    "LANGSMITH_API_KEY",
    "TAVILY_API_KEY",
    "AWS_BEARER_TOKEN_BEDROCK",
];

/// Whether the workload is part of an agent.
pub(super) fn is_agent(template: &Template<'_>) -> Known<bool> {
    if template.object.group.ends_with("agents.x-k8s.io") {
        return Known::set(true, template.object.nowhere());
    }
    by_label(template, LABELS)
        .or_else(|| by_image(template, FRAMEWORKS))
        .or_else(|| by_variable(template))
        .unwrap_or_else(|| Known::default_of(false, template.object.nowhere()))
}

/// Whether it sends traces to a collector, by OpenTelemetry's variables, its operator's annotations, or those of a tool for
/// agents that one runs oneself: <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>,
/// <https://opentelemetry.io/docs/platforms/kubernetes/operator/automatic/>.
pub(super) fn traced(template: &Template<'_>) -> Known<bool> {
    const VARIABLES: &[&str] = &[
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        "LANGFUSE_HOST",
        "PHOENIX_COLLECTOR_ENDPOINT",
    ];
    let nowhere = template.object.nowhere();
    let notes = template.at("metadata.annotations");
    let entries = notes.value().map(|notes| notes.each("")).unwrap_or_default();
    let injected = entries
        .into_iter()
        .flat_map(Node::entries)
        .find(|entry| entry.key.starts_with("instrumentation.opentelemetry.io/inject-"));
    if let Some(entry) = injected {
        return entry.value.text("").map(|value| &*value != "false");
    }
    let containers = template.containers();
    let variables = containers.iter().flat_map(|container| container.each("env"));
    let set = any_of(variables, &nowhere, |variable| variable.text("name").map(|name| VARIABLES.contains(&&*name)));
    // what is read whole from a config map may hold it
    let whole = any_of(containers.iter().flat_map(|container| container.each("envFrom")), &nowhere, |from| {
        let why = "variables are read from an object as a whole";
        Known::because(Why::Expression(why.into()), from.origins.clone())
    });
    any([set, whole]).and_at(&nowhere)
}

/// Whether it runs code that it did not ship with: a sandbox by kind, a label, an interpreter's image.
pub(super) fn runs_code(template: &Template<'_>) -> Known<bool> {
    if template.object.group.ends_with("agents.x-k8s.io") {
        return Known::set(true, template.object.nowhere());
    }
    by_label(
        template,
        &[
            ("deodar.dev/runs-code", &["true"]),
            ("app.kubernetes.io/component", &["code-interpreter", "sandbox", "code-sandbox"]),
        ],
    )
    .or_else(|| by_image(template, INTERPRETERS))
    .unwrap_or_else(|| Known::default_of(false, template.object.nowhere()))
}

fn by_label(template: &Template<'_>, wanted: &[(&str, &[&str])]) -> Option<Known<bool>> {
    let paths = ["metadata.labels".to_owned(), template.path("metadata.labels"), template.path("metadata.annotations")];
    paths.iter().find_map(|path| {
        let labels = tags_of(&template.object.body, path);
        let State::Set(known) = &labels.state else { return None };
        let (key, _) = known
            .iter()
            .find(|(key, value)| wanted.iter().any(|(name, values)| **key == **name && values.contains(&&**value)))?;
        let at = template.object.body.each(path).into_iter().find_map(|labels| labels.get(key)).map(Origins::from);
        Some(Known::set(true, at.unwrap_or(labels.origins)))
    })
}

fn by_image(template: &Template<'_>, words: &[&str]) -> Option<Known<bool>> {
    template.containers().into_iter().find_map(|container| {
        let image = container.text("image");
        let text = image.value()?.to_ascii_lowercase();
        // the tag and digest are no name
        let path = text.split(['@']).next().unwrap_or(&text);
        words.iter().any(|word| path.contains(word)).then(|| Known::set(true, image.origins.clone()))
    })
}

fn by_variable(template: &Template<'_>) -> Option<Known<bool>> {
    let is_model =
        |variable: &&Node| variable.text("name").value().is_some_and(|name| MODEL_CREDENTIALS.contains(&&**name));
    let found = template.containers().into_iter().flat_map(|container| container.each("env")).find(is_model)?;
    match &found.value {
        Value::Unknown(_) => None,
        _ => Some(Known::set(true, found.origins.clone())),
    }
}
