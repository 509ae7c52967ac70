"""What MLflow's server prints on every start is left out, everything else is not."""

from mlops_assets.platform.ui.mlflow_server import NOTICE, WithoutNotice


def test_only_the_notice_is_left_out(tmp_path):
    lines = ["starting", NOTICE, f"{NOTICE} And more.", "error: a real one"]
    with WithoutNotice((tmp_path / "printed").open("wb")) as stream:
        for line in lines:
            stream.write(f"{line}\n")
    assert (tmp_path / "printed").read_text().splitlines() == [lines[0], *lines[2:]]
