"""Every setting of the framework's server, chosen on purpose: no request and no variable of the user decides one."""

import secrets

NOWHERE = "http://127.0.0.1:9/"
"""Address at which nobody answers: nothing is fetched."""

CULL_AFTER = "15m"
"""Time without a browser after which a session is removed."""

LEFT_UNSET = frozenset(
    f"SOLARA_{name}"
    for name in (
        # Empty by default, which no variable can express; nothing else decides them.
        *(
            "ASSETS_EXTRA_LOCATIONS",
            "SERVER_IGNORE_NBEXTENSIONS",
            "SSG_BUILD_PATH",
            "GC_FREEZE",
            "KERNEL_MAX_COUNT",
        ),
        # Facts about this computer, and parts of what is switched off.
        *(
            "PLATFORM",
            "TELEMETRY_SERVER_USER_ID",
            "TELEMETRY_SERVER_FINGERPRINT",
            "TELEMETRY_SERVER_SESSION_ID",
        ),
        *("SSG_HEADED", "OAUTH_API_BASE_URL", "OAUTH_LOGOUT_PATH", "OAUTH_SCOPE", "CACHE_PATH"),
        *("CACHE_DISK_MAX_SIZE", "CACHE_MEMORY_MAX_SIZE", "CACHE_MEMORY_MAX_ITEMS"),
        *("STORAGE_FACTORY", "STORAGE_INIT_LOCK_TIMEOUT", "STORAGE_INIT_LOCK_WARNING_COOLDOWN"),
        *(f"STATE_{name}" for name in ("TTL", "PREFIX", "SECRET_KEYS", "SCHEMA_TAG", "ORPHAN_CULL_TIMEOUT")),
        *(
            f"STATE_{name}"
            for name in ("FLUSH_DEBOUNCE", "CONNECT_TIMEOUT", "BREAKER_FAILURES", "BREAKER_WINDOW")
        ),
        *(f"STATE_{name}" for name in ("REDIS_CLIENT_FACTORY", "BAILOUT_STORM_THRESHOLD")),
        *(f"STATE_{name}" for name in ("WARN_VALUE_BYTES", "MAX_VALUE_BYTES")),
    )
)
"""Variables that are removed, so that the framework's default holds."""


def environment_with(settings, environment):
    """Copy of ``environment`` in which the framework finds ``settings``, and no setting of anybody else."""
    return {name: value for name, value in environment.items() if not name.startswith("SOLARA_")} | settings


def framework_settings(place, assets, app):
    """Environment variables with which the framework must be imported, "" where it means nothing set.

    place : `Place`; assets : folder of the page's installed files; app : path of ``app.py``.
    """
    return {
        "SOLARA_APP": str(app),
        **_addresses(place),
        **_sessions(),
        **_assets(assets),
        **_switched_off(),
        **_appearance(),
    }


def _addresses(place):
    """Where the page is; if the framework had to find out, the first request would decide for everybody."""
    return {
        "SOLARA_ROOT_PATH": place.root_path,
        "SOLARA_BASE_URL": place.url(),
        "SOLARA_HOST": place.host or "localhost",
        "SOLARA_MODE": "production",  # otherwise files are watched and the page asks solara.dev whether it is reachable
    }


def _sessions():
    return {
        "SOLARA_SESSION_SECRET_KEY": secrets.token_hex(32),
        "SOLARA_SESSION_HTTP_ONLY": "true",
        "SOLARA_SESSION_HTTPS_ONLY": "false",
        "SOLARA_SESSION_SAME_SITE": "lax",
        "SOLARA_KERNEL_CULL_TIMEOUT": CULL_AFTER,
        "SOLARA_KERNEL_THREADED": "true",
        "SOLARA_KERNEL_GC_AFTER_CLOSE": "false",  # `memory` does so once for all who leave together
        "SOLARA_KERNEL_MAX_PER_SESSION": "100",  # without a state backend it does nothing: the guard counts
        "SOLARA_SERVER_HTTP_GZIP": "true",
        "SOLARA_SERVER_SYNC_WS_WRITE": "false",
    }


def _assets(assets):
    return {
        "SOLARA_ASSETS_PROXY": "true",  # the guard answers its addresses from `assets` alone
        "SOLARA_ASSETS_PROXY_CACHE_DIR": str(assets),
        "SOLARA_ASSETS_CDN": NOWHERE,
        "SOLARA_ASSETS_FONTAWESOME_ENABLED": "true",
        "SOLARA_ASSETS_FONTAWESOME_PATH": "/font-awesome@4.5.0/css/font-awesome.min.css",
    }


def _switched_off():
    """Parts that are not used: telemetry, states kept elsewhere, sign-in by others, static pages, debugging."""
    return {
        "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false",
        "SOLARA_TELEMETRY_MIXPANEL_TOKEN": "",
        "SOLARA_STATE_BACKEND": "",
        "SOLARA_STATE_URL": "",
        "SOLARA_STATE_ALLOW_PICKLE": "false",
        "SOLARA_STATE_TEST_EVICTION": "false",
        "SOLARA_STATE_AUTO_REMOUNT": "true",  # a browser that comes back too late begins again by itself
        "SOLARA_OAUTH_PRIVATE": "false",
        "SOLARA_OAUTH_CLIENT_ID": "",
        "SOLARA_OAUTH_CLIENT_SECRET": "",
        "SOLARA_SSG_ENABLED": "false",
        "SOLARA_SEARCH_ENABLED": "false",
        "SOLARA_USE_PDB": "false",
        "SOLARA_TRACER": "false",
        "SOLARA_TIMING": "false",
        "SOLARA_EXPERIMENTAL_PERFORMANCE": "false",
        "SOLARA_RESOURCEZ_TOKEN": "",
        "SOLARA_CACHE": "memory",
        "SOLARA_CACHE_CLEAR": "false",
    }


def _appearance():
    return {
        "SOLARA_THEME_SHOW_BANNER": "false",
        "SOLARA_THEME_VARIANT": "light",
        "SOLARA_THEME_LOADER": "solara",
        "SOLARA_THEME_TITLE": "Carbon market lab",
        "SOLARA_THEME_FORCE_REFRESH": "false",
        "SOLARA_CHECK_HOOKS": "warn",
        "SOLARA_STORAGE_MUTATION_DETECTION": "false",
        "SOLARA_ALLOW_REACTIVE_BOOLEAN": "true",
        "SOLARA_ALLOW_GLOBAL_CONTEXT": "true",
        "SOLARA_DEFAULT_CONTAINER": "Column",
        "PYTHONWARNINGS": "ignore:Cookies with samesite",  # a warning at each visit of a page without https
    }
