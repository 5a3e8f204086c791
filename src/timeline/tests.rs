use super::*;
use crate::node::configuration::Role;
use crate::node::status::{Done, Moment, Phase, SCHEMA, State};

fn done(boot_id: &str, step: &str, power_on: u64, seconds: (u64, u64)) -> Done {
    let moment = |at: u64| Moment { wall: power_on + at, uptime_ms: at * 1000 };
    Done {
        phase: Phase::Init,
        step: step.into(),
        boot_id: boot_id.into(),
        started: moment(seconds.0),
        finished: moment(seconds.1),
        attempts: 2,
        inputs: None,
    }
}

fn status(history: Vec<Done>) -> Status {
    Status {
        schema: SCHEMA,
        revision: 1,
        host: "<host01>".into(),
        role: Role::FirstControlPlane,
        boot_id: String::new(),
        state: State::Done,
        phase: Phase::Done,
        step: String::new(),
        since: Moment::default(),
        attempts: 1,
        last_error: String::new(),
        notes: Vec::new(),
        history,
    }
}

fn starts(history: Vec<Done>) -> Vec<f64> {
    Timeline::of(&[status(history)]).lanes[0].bars.iter().map(|bar| bar.start).collect()
}

#[test]
fn boots_follow_each_other_on_one_scale() {
    let history = vec![
        done("a", "certs", 1000, (20, 30)),
        done("a", "etcd", 1000, (30, 40)),
        done("b", "x", 1100, (5, 9)),
    ];
    assert_eq!(starts(history), [20.0, 30.0, 105.0]);
}

#[test]
fn a_clock_that_went_back_moves_no_boot_before_the_last_one() {
    let history = vec![done("a", "certs", 9000, (20, 30)), done("b", "etcd", 1000, (5, 9))];
    assert_eq!(starts(history), [20.0, 35.0]);
}

#[test]
fn text_and_picture_tell_every_step_escaped() {
    let timeline = Timeline::of(&[status(vec![done("a", "etcd & <co>", 1000, (20, 30))])]);
    let text = timeline.to_text();
    assert!(text.contains("20.0     10.0     2  init: etcd & <co>"), "{text}");
    let svg = timeline.to_svg("<x>");
    assert!(svg.contains("init: etcd &amp; &lt;co&gt;\n10.0 s, from 20.0 s to 30.0 s, 2 tries"), "{svg}");
    assert!(!svg.contains("<host01>") && !svg.contains("<x>"));
    assert_eq!(svg.matches("<g>").count(), svg.matches("</g>").count());
}

#[test]
fn nothing_to_tell_is_a_picture_too() {
    assert!(Timeline::of(&[]).to_svg("x").ends_with("</svg>\n"));
}
