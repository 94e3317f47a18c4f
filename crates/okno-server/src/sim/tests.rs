//! The command line's part: files in, files out, errors with their place.

use super::*;

fn args(file: &Path) -> ModelArgs {
    ModelArgs {
        file: Some(file.to_owned()),
        from: None,
        days: 7,
        replay: false,
        agents: None,
        save_model: None,
        replications: Some(2),
        seed: None,
        threads: Some(1),
        json: None,
        csv: None,
    }
}

fn config(folder: &Path) -> Config {
    let options = crate::cli::Options { data_dir: Some(folder.to_owned()), ..Default::default() };
    Config::load(&options).expect("the default settings are right")
}

#[tokio::test]
async fn the_example_runs_and_writes_its_results() {
    let folder = tempfile::tempdir().unwrap();
    let (config, file) = (config(folder.path()), folder.path().join("center.json"));
    run(&config, SimCommand::Example { file: Some(file.clone()) }).await.unwrap();
    let again = run(&config, SimCommand::Example { file: Some(file.clone()) }).await;
    assert!(again.is_err(), "an example is never written over a file");
    let (json, csv) = (folder.path().join("out.json"), folder.path().join("out.csv"));
    let model = ModelArgs { json: Some(json.clone()), csv: Some(csv.clone()), ..args(&file) };
    let text = run(&config, SimCommand::Run(RunArgs { model, scenarios: vec!["-1 agents".into()], intervals: true })).await.unwrap();
    assert!(text.contains("scenario: -1 agents") && text.contains("service level") && text.contains("12:30"), "{text}");
    let report: okno_sim::Report = serde_json::from_str(&fs::read_to_string(json).unwrap()).unwrap();
    assert_eq!(report.scenarios.len(), 7);
    assert!(fs::read_to_string(csv).unwrap().lines().count() > 7 * 4 * 16);
}

#[tokio::test]
async fn an_error_names_file_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bad.json");
    let said = async |text: &str| {
        fs::write(&file, text).unwrap();
        let command = SimCommand::Run(RunArgs { model: args(&file), scenarios: Vec::new(), intervals: false });
        format!("{:#}", run(&config(folder.path()), command).await.unwrap_err())
    };
    let unknown = said("{\"queues\": [],\n \"gruops\": []}").await;
    assert!(unknown.contains("bad.json: line 2") && unknown.contains("gruops"), "{unknown}");
    let queue = |arrivals: &str| {
        format!(
            "{{\"hours\": 1, \"queues\": [{{\"name\": \"q\", \"arrivals\": {arrivals}, \"handle\": {{\"kind\": \"exponential\", \"mean\": 0}}}}], \"groups\": []}}"
        )
    };
    let mean = said(&queue("{\"kind\": \"rate\", \"per_hour\": 5}")).await;
    assert!(mean.contains("bad.json: queues[0].handle.mean: is 0; it must be above 0"), "{mean}");
    let missing = said(&queue("{\"kind\": \"file\", \"path\": \"calls.csv\"}")).await;
    assert!(missing.contains("cannot read") && missing.contains("calls.csv"), "{missing}");
    fs::write(folder.path().join("calls.csv"), "1\nsoon\n").unwrap();
    let line = said(&queue("{\"kind\": \"file\", \"path\": \"calls.csv\"}")).await;
    assert!(line.contains("calls.csv: line 2: `soon`"), "{line}");
}

#[tokio::test]
async fn a_goal_is_found_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("small.json");
    let text = r#"{"hours": 2, "replications": 10, "queues": [{"name": "q", "arrivals": {"kind": "rate", "per_hour": 100},
        "handle": {"kind": "exponential", "mean": 180}, "patience": {"kind": "exponential", "mean": 120}}],
        "groups": [{"name": "g", "agents": 1, "queues": ["q"]}]}"#;
    fs::write(&file, text).unwrap();
    let staff = |target: &str| {
        let model = ModelArgs { replications: None, ..args(&file) };
        let args =
            StaffArgs { model, groups: Vec::new(), target: Some(target.into()), max_abandonment: None, max_asa: None, max_occupancy: None };
        let config = config(folder.path());
        async move { run(&config, SimCommand::Staff(args)).await }
    };
    let text = staff("80/20").await.unwrap();
    assert!(text.contains("agent hours") && !text.contains("not reached"), "{text}");
    assert!(format!("{:#}", staff("eighty").await.unwrap_err()).contains("write it as 80/20"));
}

#[tokio::test]
async fn without_a_database_there_is_no_history() {
    let folder = tempfile::tempdir().unwrap();
    let model = ModelArgs { file: None, from: Some("2026-01-05".into()), ..args(folder.path()) };
    let error = run(&config(folder.path()), SimCommand::Run(RunArgs { model, scenarios: Vec::new(), intervals: false })).await.unwrap_err();
    assert!(format!("{error:#}").contains("does not exist"), "{error:#}");
}
