"""In which language a page speaks: as its address asks, else as chosen before in this browser, else Swedish.

In: a request. Out: a language; a cookie when the address asked for one. What the browser says of itself
(`Accept-Language`) is not asked: in a coordination room everybody must be able to read the same words over a shoulder.
"""

from fastapi import Request
from starlette.responses import Response

from streams.words import LANGUAGES

COOKIE = "lagesbild-language"
YEAR_S = 365 * 86_400


def asked_for(request: Request) -> str | None:
    """The language that the address names with `?lang=`; None when it names none that there is."""
    asked = request.query_params.get("lang")
    return asked if asked in LANGUAGES else None


def language_of(request: Request) -> str:
    """Language of the answer."""
    held = request.cookies.get(COOKIE)
    return asked_for(request) or (held if held in LANGUAGES else LANGUAGES[0])


def remember(request: Request, response: Response) -> None:
    """Keep what the address asked for, a year, for all pages of the site."""
    asked = asked_for(request)
    if asked is not None:
        root = request.scope.get("root_path", "") or "/"
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, asked, YEAR_S, path=root, httponly=True, samesite="lax", secure=secure)


def other_language(request: Request) -> tuple[str, str]:
    """The language that is not shown now, and the address of the same page in it."""
    other = next(language for language in LANGUAGES if language != language_of(request))
    if request.method != "GET":
        return other, f"{request.scope.get('root_path', '')}/?lang={other}"
    url = request.url.include_query_params(lang=other)
    return other, f"{url.path}?{url.query}"
