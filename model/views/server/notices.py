"""Short pages that the server shows instead of the dashboard."""

from html import escape

from model.views.server.token import TOO_SOON, WRONG

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 18px/1.5 sans-serif; max-width: 32rem; margin: 15vh auto; padding: 0 1rem; color: #1f2a30 }}
input, button {{ font: inherit; padding: .4rem .8rem }} .wrong {{ color: #a02020 }}
</style></head><body><h1>{title}</h1>{body}</body></html>
"""


PROBLEMS = {
    WRONG: "That is not the token. Please try again.",
    TOO_SOON: "Somebody at your address has just given a wrong token. Please try again in a second.",
}


def ask_for_token(place, answer=""):
    """Page with the form for the token; answer : to the attempt before."""
    problem = f'<p class="wrong" role="alert">{PROBLEMS[answer]}</p>' if answer in PROBLEMS else ""
    return PAGE.format(
        title="Carbon market lab",
        body=f"""<p>Which token did you get for this dashboard? It is asked once.</p>{problem}
<form method="post" action="{escape(place.root_path)}/token">
<input name="token" aria-label="token" autofocus autocomplete="off" maxlength="100"> <button>Open</button></form>""",
    )


def full():
    """Page for visitors for whom there is no room."""
    return PAGE.format(
        title="All places are taken",
        body="<p>As many people as this computer can serve are using the dashboard. Places become free when somebody "
        "closes a tab. If you have several tabs open, close those that you do not need, and load this page again.</p>",
    )


def wrong_host(place):
    """Text for a request under a name that the server does not know."""
    return (
        f"This dashboard does not know the name under which you asked for it. Use {place.url()}, or start it with "
        "--allow-host NAME."
    )
