"""Makes a trained checkpoint the shipped net: writes models/traits.onnx and its checksum in the catalogue.

    python training/traits/publish.py [.cache/traits/traits.pt]
"""

import hashlib
import re
import sys
from pathlib import Path

import torch

from data import CACHE, ROOT
from export import export
from net import TraitsNet


def main():
    checkpoint = Path(sys.argv[1]) if len(sys.argv) > 1 else CACHE / "traits.pt"
    net = TraitsNet()
    net.load_state_dict(torch.load(checkpoint)[sys.argv[2] if len(sys.argv) > 2 else "average"])
    path = ROOT / "models" / "traits.onnx"
    path.parent.mkdir(exist_ok=True)
    export(net, path)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    catalogue = ROOT / "src" / "engine" / "models" / "catalogue.ts"
    text = catalogue.read_text()
    changed = re.sub(r"(file: 'models/traits\.onnx',\s+sha256: ')[0-9a-f]*'", rf"\g<1>{checksum}'", text)
    catalogue.write_text(changed)
    print(checksum)


if __name__ == "__main__":
    main()
