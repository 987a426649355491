//! The error body of both APIs (`protocol.md` §4.1).

use serde_json::{Map, Value, json};

use crate::read::items;

/// What went wrong, as a client is told. Only `code` is required on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ErrorBody {
    /// `NotFound`, `Conflict`, … (§4.2); compare without regard to case (row A45).
    pub code: String,
    /// `PGetReplaced`, … (§4.3); unknown ones are kept and ignored.
    pub subcode: Option<String>,
    /// A sentence for a person.
    pub message: Option<String>,
    /// Name and reason of each wrong parameter; with 400 only.
    pub parameters: Vec<(String, String)>,
    /// What an operator can look up.
    pub error_report_id: Option<String>,
}

impl ErrorBody {
    /// A body with a code, a subcode and a sentence.
    pub fn new(code: &str, subcode: &str, message: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            subcode: (!subcode.is_empty()).then(|| subcode.to_owned()),
            message: Some(message.into()),
            ..Self::default()
        }
    }

    /// Whether the subcode is this one.
    pub fn is(&self, subcode: &str) -> bool {
        self.subcode.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(subcode))
    }

    /// Reads a body; `None` when there is no `code`.
    pub fn read(value: &Value) -> Option<Self> {
        let text = |value: &Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
        let parameters = items(value.get("parameters")).iter();
        Some(Self {
            code: text(value, "code")?,
            subcode: text(value, "subcode"),
            message: text(value, "message"),
            parameters: parameters
                .filter_map(|it| Some((text(it, "name")?, text(it, "reason").unwrap_or_default())))
                .collect(),
            error_report_id: value.get("debugInfo").and_then(|it| text(it, "errorReportId")),
        })
    }

    /// Reads a body from text; `None` when it is not one of ours, as from a proxy on the way.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(&serde_json::from_str(crate::resource::without_bom(text)).ok()?)
    }

    /// The body as JSON.
    pub fn write(&self) -> Value {
        let mut out = Map::new();
        out.insert("code".into(), self.code.clone().into());
        if let Some(subcode) = &self.subcode {
            out.insert("subcode".into(), subcode.clone().into());
        }
        if let Some(message) = &self.message {
            out.insert("message".into(), message.clone().into());
        }
        if !self.parameters.is_empty() {
            let list = self
                .parameters
                .iter()
                .map(|(name, reason)| json!({ "name": name, "reason": reason }));
            out.insert("parameters".into(), list.collect());
        }
        if let Some(id) = &self.error_report_id {
            out.insert("debugInfo".into(), json!({ "errorReportId": id }));
        }
        Value::Object(out)
    }
}
