//! Text in a picture: how wide it is, what of it fits, and how it is escaped.

/// A little more than the mean character of the widest font in the style sheet, as a part of its size.
const WIDE: f64 = 0.62;
const NARROW: f64 = 0.36;
/// How much wider bold text is.
pub const BOLD: f64 = 1.13;
/// A name cut to fewer characters says nothing.
const SHORTEST: usize = 4;

/// About how wide `text` is at this font size; rather too much than too little.
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| if "ijlt.,:'|!()[] /-".contains(c) { NARROW } else { WIDE } * size).sum()
}

/// `text` if it fits into `room`.
pub fn whole(text: &str, size: f64, room: f64) -> Option<String> {
    (width(text, size) <= room).then(|| text.to_owned())
}

/// `text`, or its beginning and an ellipsis; `None` if too little of it fits to be of use.
pub fn fit(text: &str, size: f64, room: f64) -> Option<String> {
    if let Some(whole) = whole(text, size, room) {
        return Some(whole);
    }
    let room = room - WIDE * size;
    let mut used = 0.0;
    let fits = text.chars().take_while(|c| {
        used += width(c.encode_utf8(&mut [0; 4]), size);
        used <= room
    });
    let cut: String = fits.collect();
    (cut.chars().count() >= SHORTEST).then(|| format!("{}…", cut.trim_end()))
}

/// The last part of a container image's name, without its tag; what tells images of one registry apart.
pub fn short(name: &str) -> &str {
    match name.rsplit_once('/') {
        Some((_, last)) if !name.starts_with('/') && !last.is_empty() && !name.contains(' ') => {
            last.split([':', '@']).next().unwrap_or(last)
        }
        _ => name,
    }
}

/// For element content and attribute values.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no way to write other control characters
            c if c.is_control() && c != '\n' => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_shown_whole_or_cut_or_not_at_all() {
        assert_eq!(fit("kubelet", 12.0, 100.0).as_deref(), Some("kubelet"));
        assert_eq!(fit("kubernetes-node", 12.0, 60.0).as_deref(), Some("kuberne…"));
        assert_eq!(fit("kubernetes-node", 12.0, 30.0), None);
        assert_eq!(whole("kubelet", 12.0, 20.0), None);
    }

    #[test]
    fn images_are_called_by_their_last_part_and_folders_by_their_path() {
        assert_eq!(short("registry.example.org/kube-proxy:v1"), "kube-proxy");
        assert_eq!(short("/usr/share"), "/usr/share");
        assert_eq!(short("layer a/b shared"), "layer a/b shared");
    }

    #[test]
    fn nothing_breaks_out_of_the_markup() {
        assert_eq!(escape("a<b>&\"\u{0}\n"), "a&lt;b&gt;&amp;&quot;\u{fffd}\n");
    }
}
