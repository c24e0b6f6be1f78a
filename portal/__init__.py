"""The front door: the ASGI application, the gate, the menu, the API, the components; its pages stand in `pages/`.

Streamlit draws pages, forms and choices. What moves goes through a WebSocket to a component, never through a re-run.
"""
