use super::*;
use proptest::prelude::*;

const HEADER: &str = "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n";

fn declared(licences: &[&str]) -> Option<Licence> {
    let paragraphs = licences.iter().map(|licence| format!("\nFiles: *\nCopyright: a\nLicense: {licence}\n"));
    Licence::read(&(HEADER.to_owned() + &paragraphs.collect::<String>()))
}

#[test]
fn short_names_become_spdx_identifiers() {
    for (debian, spdx) in [
        ("Expat", "MIT"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("GPL-2.0-only", "GPL-2.0-only"),
        ("LGPL-2.1", "LGPL-2.1-only"),
        ("GFDL-1.3+", "GFDL-1.3-or-later"),
        ("BSD-3-clause", "BSD-3-Clause"),
        ("GPL-1+ or Artistic", "(GPL-1.0-or-later OR Artistic-1.0-Perl)"),
        ("Expat or GPL-2 and ISC", "(MIT OR GPL-2.0-only AND ISC)"),
        ("GPL-1+ or Artistic, and Expat", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND MIT"),
        ("perl and ISC", "(GPL-1.0-or-later OR Artistic-1.0-Perl) AND ISC"),
    ] {
        let licence = declared(&[debian]).unwrap();
        assert_eq!(licence.expression, spdx, "{debian}");
        assert!(licence.extracted.is_empty());
    }
}

#[test]
fn all_paragraphs_count_once() {
    let licence = declared(&["GPL-2+", "ISC", "GPL-2+", "ISC or Expat"]).unwrap();
    assert_eq!(licence.expression, "(ISC OR MIT) AND GPL-2.0-or-later AND ISC");
}

#[test]
fn a_licence_that_spdx_does_not_know_is_quoted() {
    let text = format!("{HEADER}\nFiles: *\nLicense: Beer and GPL-2\n\nLicense: Beer\n Free\n .\n  beer\n");
    let licence = Licence::read(&text).unwrap();
    let (id, extracted) = licence.extracted.iter().next().unwrap();
    assert!(id.starts_with("LicenseRef-Beer-"), "{id}");
    assert_eq!(licence.expression, format!("{id} AND GPL-2.0-only"));
    assert_eq!((extracted.name.as_str(), extracted.text.as_str()), ("Beer", "Free\n\n beer"));
}

#[test]
fn an_exception_in_free_words_is_no_identifier() {
    let licence = declared(&["GPL-2+ with Autoconf exception\n text"]).unwrap();
    assert!(licence.expression.starts_with("LicenseRef-GPL-2--with-Autoconf-exception-"), "{licence:?}");
    let other = declared(&["GPL-2+ with Autoconf exception\n another text"]).unwrap();
    assert_ne!(licence.expression, other.expression, "one name, two texts");
}

#[test]
fn prose_is_a_licence_without_a_name() {
    let licence = declared(&["Permission to use, copy and modify\n is granted"]).unwrap();
    assert!(licence.expression.starts_with("LicenseRef-unnamed-"), "{licence:?}");
}

#[test]
fn what_machines_cannot_read_is_not_guessed() {
    for text in ["", "This package was debianized by", "Format: x\n\nFiles: *\nLicense: Expat\n", HEADER] {
        assert_eq!(Licence::read(text), None, "{text}");
    }
    assert_eq!(Licence::read(&format!("{HEADER}\nFiles: *\nCopyright: a\n")), None);
}

proptest! {
    #[test]
    fn hostile_files_give_well_formed_expressions(text in "[ -~\n]{0,200}", name in "[ -~é]{0,40}") {
        let _ = Licence::read(&text);
        let text = format!("{HEADER}\nFiles: *\nLicense: {name}\n{}", text.replace('\n', "\n "));
        if let Some(licence) = Licence::read(&text) {
            let plain = |c: char| c.is_ascii_alphanumeric() || " -.()".contains(c);
            prop_assert!(licence.expression.chars().all(plain), "{}", licence.expression);
            let opened = licence.expression.matches('(').count();
            prop_assert_eq!(opened, licence.expression.matches(')').count());
        }
    }
}
