#include <gio/gio.h>
#include <string.h>

#include "backend/config_private.h"
#include "backend/error.h"

typedef struct Scheme {
	const char *name;
	ServerScheme scheme;
	ServerSecurity security; /* unless tls = off; the port never changes it */
	uint16_t port;
} Scheme;

static const Scheme schemes[] = {
	{ "imap", SERVER_IMAP, SECURITY_STARTTLS, 143 },
	{ "imaps", SERVER_IMAP, SECURITY_TLS, 993 },
	{ "local", SERVER_LOCAL, SECURITY_TLS, 0 },
	{ "pop3", SERVER_POP3, SECURITY_STARTTLS, 110 },
	{ "pop3s", SERVER_POP3, SECURITY_TLS, 995 },
	{ "sendmail", SERVER_SENDMAIL, SECURITY_TLS, 0 },
	{ "smtp", SERVER_SMTP, SECURITY_STARTTLS, 587 },
	{ "smtps", SERVER_SMTP, SECURITY_TLS, 465 },
};

static bool G_GNUC_PRINTF(2, 3) fail(GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *sentence = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error_literal(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE, sentence);
	return false;
}

void
server_clear(Server *server)
{
	g_clear_pointer(&server->user, g_free);
	g_clear_pointer(&server->host, g_free);
	g_clear_pointer(&server->path, g_free);
}

static const Scheme *
find_scheme(const char *url, const char **rest, GError **error)
{
	const char *colon = strchr(url, ':');
	g_autofree char *word = g_strndup(url, colon ? (size_t)(colon - url) : 0);
	const char *names[G_N_ELEMENTS(schemes) + 1] = { NULL };
	for (size_t i = 0; i < G_N_ELEMENTS(schemes); i++) {
		if (g_ascii_strcasecmp(word, schemes[i].name) == 0) {
			*rest = colon + 1;
			return &schemes[i];
		}
		names[i] = schemes[i].name;
	}
	if (!*word || (colon && !g_str_has_prefix(colon, "://"))) {
		fail(error,
			"'%s' is no server address: it begins with imaps://, smtps://, local: …",
			url);
		return NULL;
	}
	g_autofree char *hint = config_hint(word, names);
	fail(error, "unknown scheme '%s://'%s", word, hint);
	return NULL;
}

static bool
has_control(const char *text)
{
	for (; *text; text++)
		if (g_ascii_iscntrl(*text))
			return true;
	return false;
}

static bool
parse_user(const char *text, size_t length, Server *server, GError **error)
{
	g_autofree char *raw = g_strndup(text, length);
	if (!*raw)
		return fail(error, "the user before @ is empty");
	/* A colon is never part of an unescaped user: it would be a secret in the clear. */
	if (strchr(raw, ':'))
		return fail(error, "a password does not belong into the address: use "
				   "password-command (a : in a user is written %%3A)");
	for (const char *c = strchr(raw, '%'); c; c = strchr(c + 1, '%'))
		if (!g_ascii_isxdigit(c[1]) || !g_ascii_isxdigit(c[2]))
			return fail(error, "after %% two hex digits are missing (a %% itself is "
					   "written %%25)");
	g_autofree char *user = g_uri_unescape_string(raw, NULL);
	if (!user || !g_utf8_validate(user, -1, NULL) || has_control(user))
		return fail(error, "the user '%s' holds a control character or is no UTF-8", raw);
	server->user = g_steal_pointer(&user);
	return true;
}

static bool
parse_port(const char *text, Server *server, GError **error)
{
	int64_t port;
	if (!config_parse_number(text, &port) || port < 1 || port > 65535)
		return fail(error, "'%s' is no port (1 to 65535)", text);
	server->port = (uint16_t)port;
	return true;
}

static bool
is_host_name(const char *host)
{
	size_t label = 0;
	for (const char *c = host; *c; c++) {
		label = *c == '.' ? 0 : label + 1;
		if (*c == '.' && (c == host || c[-1] == '.'))
			return false;
		if (label > 63 || !(g_ascii_isalnum(*c) || strchr("-_.", *c)))
			return false;
	}
	return *host && strlen(host) <= 253;
}

static bool
parse_host(const char *host, Server *server, GError **error)
{
	size_t length = strlen(host);
	g_autofree char *bare =
		g_strndup(host, length > 1 && host[length - 1] == '.' ? length - 1 : length);
	if (!*bare)
		return fail(error, "the server's name is missing");
	g_autofree char *ascii = g_hostname_to_ascii(bare);
	if (!ascii || !is_host_name(ascii))
		return fail(error, "'%s' is no server's name", bare);
	server->host = g_steal_pointer(&ascii);
	return true;
}

/* "[2001:db8::1]:993", "[fe80::1%eth0]" */
static bool
parse_bracketed(const char *text, Server *server, GError **error)
{
	const char *end = strchr(text, ']');
	g_autofree char *address = g_strndup(text + 1, end ? (size_t)(end - text - 1) : 0);
	g_autofree char *bare = g_strndup(address, strcspn(address, "%"));
	g_autoptr(GInetAddress) parsed = g_inet_address_new_from_string(bare);
	if (!parsed || g_inet_address_get_family(parsed) != G_SOCKET_FAMILY_IPV6 ||
		has_control(address))
		return fail(error, "'%s' is no IPv6 address in brackets", text);
	if (end[1] && end[1] != ':')
		return fail(error, "'%s' after the address is not understood", end + 1);
	server->host = g_steal_pointer(&address);
	return end[1] ? parse_port(end + 2, server, error) : true;
}

static bool
parse_authority(const char *text, const char *email, Server *server, GError **error)
{
	const char *at = strrchr(text, '@');
	const char *place = at ? at + 1 : text;
	if (at && !parse_user(text, (size_t)(at - text), server, error))
		return false;
	if (!at && !(email && *email))
		return fail(error, "the user is missing (user@ before the server, or email = …)");
	if (!at)
		server->user = g_strdup(email);
	size_t length = strcspn(place, "/");
	if (place[length] && place[length + 1])
		return fail(
			error, "'%s' after the server's name is not understood", place + length);
	g_autofree char *host = g_strndup(place, length);
	if (*host == '[')
		return parse_bracketed(host, server, error);
	char *colon = strchr(host, ':');
	if (colon && strchr(colon + 1, ':'))
		return fail(error, "an IPv6 address is written in brackets: [%s]", host);
	if (colon)
		*colon = '\0';
	return parse_host(host, server, error) && (!colon || parse_port(colon + 1, server, error));
}

static bool
parse_program(const char *text, Server *server, GError **error)
{
	if (!g_path_is_absolute(text) || has_control(text))
		return fail(error, "sendmail: is followed by the program's whole path: "
				   "sendmail:/usr/sbin/sendmail");
	server->path = g_strdup(text);
	return true;
}

static bool
parse_rest(const char *rest, const char *email, Server *server, GError **error)
{
	switch (server->scheme) {
	case SERVER_LOCAL:
		if (*rest)
			return fail(error, "nothing follows local: (path = … names the directory)");
		return true;
	case SERVER_SENDMAIL:
		return parse_program(rest, server, error);
	default:
		if (!g_str_has_prefix(rest, "//"))
			return fail(error, "// is missing after the scheme");
		return parse_authority(rest + 2, email, server, error);
	}
}

bool
server_parse(const char *url, const char *email, bool tls_off, Server *server, GError **error)
{
	const char *rest;
	*server = (Server){ 0 };
	if (!g_utf8_validate(url, -1, NULL) || has_control(url))
		return fail(error, "the address holds a control character or is no UTF-8");
	const Scheme *scheme = find_scheme(url, &rest, error);
	if (!scheme)
		return false;
	server->scheme = scheme->scheme;
	server->port = scheme->port;
	server->security = tls_off && scheme->security == SECURITY_STARTTLS ? SECURITY_PLAIN
	                                                                    : scheme->security;
	if (parse_rest(rest, email, server, error))
		return true;
	server_clear(server);
	return false;
}
