"""Python packages for a check, in an environment of its own that is made once."""

import os
import pathlib
import subprocess
import sys
import venv


def run_with(packages, environment):
    """Starts the running script again with the packages, unless it has them already."""
    if pathlib.Path(sys.prefix) == environment:
        return
    python = environment / "bin" / "python"
    stamp = environment / "packages"
    wanted = "\n".join(packages)
    if not stamp.is_file() or stamp.read_text() != wanted:
        venv.create(environment, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", *packages], check=True)
        stamp.write_text(wanted)
    os.execv(python, [str(python), *sys.argv])
