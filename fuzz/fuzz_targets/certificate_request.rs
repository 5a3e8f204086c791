//! The certificate that a node asks for; mutated as DER, since hardly any change of base64 leaves it base64.

#![no_main]

use base64ct::{Base64, Encoding as _};
use imgbuild::node::approver::Request;
use libfuzzer_sys::fuzz_target;

/// Characters of a line of PEM.
const LINE: usize = 64;

fuzz_target!(|data: &[u8]| {
    let mut pem = "-----BEGIN CERTIFICATE REQUEST-----\n".to_owned();
    for line in Base64::encode_string(data).as_bytes().chunks(LINE) {
        pem.extend(line.iter().copied().map(char::from));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE REQUEST-----\n");
    let _ = Request::parse(&Base64::encode_string(pem.as_bytes()));
});
