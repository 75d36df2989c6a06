"""Views of the models in a browser. Only this folder imports Solara, Altair and Mesa's plots."""
