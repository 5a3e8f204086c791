//! AWS Signature Version 4 of one request with a body ("Create a signed AWS API request" in the IAM user guide).

use super::credentials::Credentials;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// SHA-256's block, which HMAC pads keys to (RFC 2104).
const BLOCK: usize = 64;

/// What is signed.
pub struct Signing<'a> {
    /// Code of the service: `secretsmanager`.
    pub service: &'a str,
    /// The service's region.
    pub region: &'a str,
    /// Lower-case names of all headers that are sent, with their values; `host` and `x-amz-date` among them.
    pub headers: BTreeMap<&'a str, String>,
    /// The body of a `POST` to `/`.
    pub body: &'a str,
}

impl Signing<'_> {
    /// The value of the header `Authorization`, for `x-amz-date` being `date`: `20261123T091500Z`.
    pub fn authorization(&self, date: &str, credentials: &Credentials) -> String {
        let day = date.get(..8).unwrap_or_default();
        let scope = format!("{day}/{}/{}/aws4_request", self.region, self.service);
        let signed: Vec<&str> = self.headers.keys().copied().collect();
        let signed = signed.join(";");
        let request = digest(self.canonical(&signed).as_bytes());
        let text = format!("{ALGORITHM}\n{date}\n{scope}\n{request}");
        let signature = hex::encode(hmac(&self.key(day, credentials), text.as_bytes()));
        let id = &credentials.access_key_id;
        format!("{ALGORITHM} Credential={id}/{scope}, SignedHeaders={signed}, Signature={signature}")
    }

    fn canonical(&self, signed: &str) -> String {
        let mut text = "POST\n/\n\n".to_owned();
        for (name, value) in &self.headers {
            let _ = writeln!(text, "{name}:{}", value.trim());
        }
        let _ = write!(text, "\n{signed}\n{}", digest(self.body.as_bytes()));
        text
    }

    fn key(&self, day: &str, credentials: &Credentials) -> [u8; 32] {
        let key = hmac(format!("AWS4{}", credentials.secret_access_key).as_bytes(), day.as_bytes());
        [self.region, self.service, "aws4_request"].iter().fold(key, |key, text| hmac(&key, text.as_bytes()))
    }
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// RFC 2104 with SHA-256.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    let mut padded = [0; BLOCK];
    if key.len() > BLOCK {
        padded[..32].copy_from_slice(&Sha256::digest(key));
    } else {
        padded[..key.len()].copy_from_slice(key);
    }
    let keyed = |pad: u8| Sha256::new().chain_update(padded.map(|byte| byte ^ pad));
    let inner = keyed(0x36).chain_update(message).finalize();
    keyed(0x5c).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn hmac_is_that_of_the_rfc() {
        let table: [(&[u8], &[u8], &str); 2] = [
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, expected) in table {
            assert_eq!(hex::encode(hmac(key, message)), expected);
        }
    }

    /// AWS's own suite, `post-x-www-form-urlencoded`: credentials, headers and signature are those of its files.
    #[test]
    fn a_request_is_signed_as_in_aws_own_suite() {
        let credentials = Credentials {
            access_key_id: "AKIDEXAMPLE".into(),
            secret_access_key: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".into(),
            token: String::new(),
        };
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("host", "example.amazonaws.com"),
            ("x-amz-date", "20150830T123600Z"),
        ];
        let signing = Signing {
            service: "service",
            region: "us-east-1",
            headers: headers.map(|(name, value)| (name, value.to_owned())).into(),
            body: "Param1=value1",
        };
        let expected = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
            SignedHeaders=content-type;host;x-amz-date, \
            Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a";
        assert_eq!(signing.authorization("20150830T123600Z", &credentials), expected);
    }
}
