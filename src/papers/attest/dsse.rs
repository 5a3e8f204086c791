//! Envelopes that carry a statement and signatures on it (DSSE 1, `envelope.md` and `protocol.md`).

use crate::Result;
use crate::error::Fault;
use base64ct::{Base64, Encoding as _};
use serde::{Deserialize, Serialize};

/// What statements are, as media type.
pub const IN_TOTO: &str = "application/vnd.in-toto+json";

/// What is written: one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Envelope {
    /// [`IN_TOTO`].
    pub payload_type: String,
    /// Base64 of the statement.
    pub payload: String,
    /// Signatures on it.
    pub signatures: Vec<Signature>,
}

/// A signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// Empty: whoever checks knows the key.
    #[serde(default)]
    pub keyid: String,
    /// Base64.
    pub sig: String,
}

/// The file name of the envelope for the paper called `paper`.
pub fn name(paper: &str) -> String {
    format!("{}.intoto.jsonl", paper.strip_suffix(".json").unwrap_or(paper))
}

/// The envelope of `payload`, signed by `sign`.
pub fn sign(payload: &[u8], sign: impl FnOnce(&[u8]) -> Result<Vec<u8>>) -> Result<Vec<u8>> {
    let signature = sign(&authenticated(IN_TOTO, payload))?;
    let envelope = Envelope {
        payload_type: IN_TOTO.into(),
        payload: Base64::encode_string(payload),
        signatures: vec![Signature { keyid: String::new(), sig: Base64::encode_string(&signature) }],
    };
    let mut line = serde_json::to_vec(&envelope)?;
    line.push(b'\n');
    Ok(line)
}

/// The payload of the envelope in `bytes`, if `is_signed` holds for one of its signatures.
///
/// # Errors
/// What is no envelope, and an envelope without such a signature.
pub fn open(bytes: &[u8], is_signed: impl Fn(&[u8], &[u8]) -> bool) -> Result<Vec<u8>> {
    let envelope: Envelope = serde_json::from_slice(bytes).map_err(|error| malformed(&error.to_string()))?;
    if envelope.payload_type != IN_TOTO {
        return Err(malformed("its payload is no in-toto statement").into());
    }
    let payload = Base64::decode_vec(&envelope.payload).map_err(|_| malformed("its payload is no base64"))?;
    let message = authenticated(&envelope.payload_type, &payload);
    let signatures =
        envelope.signatures.iter().filter_map(|signature| Base64::decode_vec(&signature.sig).ok());
    if signatures.into_iter().any(|signature| is_signed(&message, &signature)) {
        return Ok(payload);
    }
    Err(Fault::mismatch("no signature in the envelope is of that key")
        .hint("check with the public key of whoever signed it")
        .into())
}

fn malformed(why: &str) -> Fault {
    Fault::mismatch(format!("this is no DSSE envelope: {why}")).hint("sign it anew with `imgbuild attest`")
}

/// What is really signed (DSSE 1, "PAE").
fn authenticated(kind: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {kind} {} ", kind.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_encoding_is_that_of_the_specification() {
        let expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world";
        assert_eq!(authenticated("http://example.com/HelloWorld", b"hello world"), expected);
    }

    #[test]
    fn only_what_was_signed_is_opened() {
        let envelope = sign(b"{}", |message| Ok(message.to_vec())).unwrap();
        assert_eq!(open(&envelope, |message, signature| message == signature).unwrap(), b"{}");
        assert!(open(&envelope, |_, _| false).is_err());
        let other = String::from_utf8(envelope).unwrap().replace(IN_TOTO, "text/plain");
        assert!(open(other.as_bytes(), |_, _| true).is_err());
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), payload in "[ -~]{0,20}") {
            let _ = open(&bytes, |_, _| true);
            let envelope = format!(r#"{{"payloadType":"{IN_TOTO}","payload":{payload:?},"signatures":[{{"sig":{payload:?}}}]}}"#);
            let _ = open(envelope.as_bytes(), |_, _| true);
        }
    }
}
