//! Takes the steps one after the other, tries again what fails, records what is done.

use super::action;
use super::configuration::{Bootstrap, NodeConfiguration};
use super::failure::Failure;
use super::host::Host;
use super::plan::{Step, steps};
use super::status::{Done, Moment, Phase, SCHEMA, State, Status, store};
use crate::digest::Sha256;

/// How the agent's run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Everything is done.
    Done,
    /// A person drives.
    Manual,
    /// A person must mend something.
    Failed,
}

/// One run of the agent.
pub struct Machine<'a, H> {
    host: &'a H,
    configuration: &'a NodeConfiguration,
    status: Status,
}

impl<'a, H: Host> Machine<'a, H> {
    /// Goes on where the last run was cut off.
    pub fn new(host: &'a H, configuration: &'a NodeConfiguration) -> Self {
        let mut status = store::load(host).unwrap_or_else(|| blank(configuration));
        status.host =
            if configuration.name.is_empty() { host.hostname() } else { configuration.name.clone() };
        status.boot_id = host.boot_id();
        Self { host, configuration, status }
    }

    /// Takes all steps that are not done.
    pub fn run(mut self) -> End {
        let steps = steps(self.configuration);
        if steps.iter().all(|step| step.each_boot || (self.is_done(step) && !self.has_changed(step))) {
            return self.end();
        }
        for step in &steps {
            if self.is_due(step) && !self.take(step) {
                return End::Failed;
            }
        }
        self.end()
    }

    /// Where the host stands.
    pub fn status(&self) -> &Status {
        &self.status
    }

    fn is_done(&self, step: &Step) -> bool {
        self.record(step).is_some()
    }

    fn is_due(&self, step: &Step) -> bool {
        match self.record(step) {
            None => true,
            Some(done) => (step.each_boot && done.boot_id != self.status.boot_id) || self.has_changed(step),
        }
    }

    /// Whether something is to be done again because what it was done with has changed, such as a manifest that a
    /// person has edited.
    pub fn has_news(&self) -> bool {
        steps(self.configuration).iter().any(|step| self.is_done(step) && self.has_changed(step))
    }

    fn has_changed(&self, step: &Step) -> bool {
        let (Some(now), Some(done)) = (action::inputs(self.host, &step.action), self.record(step)) else {
            return false;
        };
        done.inputs != Some(now)
    }

    fn record(&self, step: &Step) -> Option<&Done> {
        self.status.history.iter().rfind(|done| done.phase == step.phase && done.step == step.name)
    }

    /// Tries `step` until it is done; false if that cannot be.
    fn take(&mut self, step: &Step) -> bool {
        self.begin(step);
        loop {
            self.status.attempts += 1;
            // before it is done: what changes meanwhile must be seen later
            let inputs = action::inputs(self.host, &step.action);
            match action::act(self.host, self.configuration, &step.action) {
                Ok(note) => {
                    self.finish(step, note, inputs);
                    return true;
                }
                Err(Failure::Again(why)) => self.wait(step, &why),
                Err(Failure::Never(why)) => {
                    self.fail(&why);
                    return false;
                }
            }
        }
    }

    fn begin(&mut self, step: &Step) {
        // a step that was cut off keeps the count of its tries
        if self.status.phase != step.phase || self.status.step != step.name {
            self.status.attempts = 0;
            self.status.last_error.clear();
        }
        self.status.phase = step.phase;
        self.status.step.clone_from(&step.name);
        self.status.since = self.host.now();
        self.status.state = State::Running;
        self.save();
    }

    fn wait(&mut self, step: &Step, why: &str) {
        let news = self.status.last_error != why || self.status.state != State::Waiting;
        self.status.state = State::Waiting;
        why.clone_into(&mut self.status.last_error);
        if news {
            self.say(&format!("{}: {}: {why}", step.phase, step.name));
            self.save();
        } else {
            self.status.revision += 1;
            let _ = store::save_volatile(self.host, &self.status);
        }
        self.host.sleep(step.pace.wait(self.status.attempts, self.host.random()));
    }

    fn finish(&mut self, step: &Step, note: Option<String>, inputs: Option<Sha256>) {
        // what the step wrote must not be younger than the record that it did
        self.host.sync();
        let (started, finished) = (self.status.since, self.host.now());
        self.status.history.retain(|done| done.phase != step.phase || done.step != step.name);
        self.status.history.push(Done {
            phase: step.phase,
            step: step.name.clone(),
            boot_id: self.status.boot_id.clone(),
            started,
            finished,
            attempts: self.status.attempts,
            inputs,
        });
        self.status.last_error.clear();
        self.status.state = State::Running;
        let seconds = seconds_between(started, finished);
        self.say(&format!("{}: {}: done in {seconds} s", step.phase, step.name));
        if let Some(note) = note {
            self.say(&format!("{}: {}: note: {note}", step.phase, step.name));
            // steps that each boot takes again would fill the disk in the end
            if !self.status.notes.contains(&note) {
                self.status.notes.push(note);
            }
        }
        self.save();
    }

    fn fail(&mut self, why: &str) {
        self.status.state = State::Failed;
        why.clone_into(&mut self.status.last_error);
        let text = format!("{}: {}: failed for good: {why}", self.status.phase, self.status.step);
        self.say(&text);
        self.save();
    }

    fn end(mut self) -> End {
        let (state, end) = match self.configuration.bootstrap {
            Bootstrap::Auto => (State::Done, End::Done),
            Bootstrap::Manual => (State::Manual, End::Manual),
        };
        if self.status.state != state {
            self.status.state = state;
            self.status.phase = Phase::Done;
            self.status.step.clear();
            self.status.attempts = 0;
            self.status.last_error.clear();
            self.status.since = self.host.now();
            let uptime = self.status.since.uptime_ms / 1000;
            self.say(&format!(
                "{}: {uptime} s after power-on",
                if end == End::Done { "done" } else { "manual" }
            ));
        }
        self.save();
        end
    }

    fn say(&self, text: &str) {
        self.host.say(&format!("{}: {text}", self.status.host));
    }

    /// A status that cannot be written is no reason to stop: all steps may be taken twice.
    fn save(&mut self) {
        self.status.revision += 1;
        if let Err(error) = store::save(self.host, &self.status) {
            self.say(&format!("cannot write the status: {error:#}"));
        }
    }
}

fn seconds_between(started: Moment, finished: Moment) -> u64 {
    finished.uptime_ms.saturating_sub(started.uptime_ms) / 1000
}

fn blank(configuration: &NodeConfiguration) -> Status {
    Status {
        schema: SCHEMA,
        revision: 0,
        host: configuration.name.clone(),
        role: configuration.role,
        boot_id: String::new(),
        state: State::Running,
        phase: Phase::Wait,
        step: String::new(),
        since: Moment::default(),
        attempts: 0,
        last_error: String::new(),
        notes: Vec::new(),
        history: Vec::new(),
    }
}
