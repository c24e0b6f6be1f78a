"""Components v2: one folder a component, with its Python face, `component.js` and `component.css`.

Their JavaScript is served as the plain modules it is, under an address that carries a fingerprint of all of them: they
import one another by relative path, share one live socket, are cached for ever and change together. What Streamlit is
given is one line that imports the module from there.
"""

from hashlib import sha256
from pathlib import Path

HERE = Path(__file__).parent
_SERVED = sorted(path for path in HERE.glob("**/*") if path.suffix in {".js", ".css"})
FINGERPRINT = sha256(b"".join(path.read_bytes() for path in _SERVED)).hexdigest()[:12]
ASSETS = f"/assets/{FINGERPRINT}"


def script(folder: str) -> str:
    """What Streamlit runs for a component: the default export of its `component.js`.

    The address needs the page's origin, because Streamlit runs this line from a blob, which has no path of its own.
    """
    return (
        f'const module = await import(new URL("{ASSETS}/{folder}/component.js", document.baseURI).href);\n'
        "export default module.default;\n"
    )


def style(folder: str) -> str:
    return (HERE / folder / "component.css").read_text()
