#include <gnutls/gnutls.h>
#include <stdarg.h>
#include <string.h>

#include "backend/wire/imap_private.h"

enum { LITERAL_MINUS_MOST = 4096 };

static bool
check(const char *argument, GError **error)
{
	if (!argument[strcspn(argument, "\r\n")])
		return true;
	g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_USAGE,
		"a line break may not be sent inside a name or password");
	return false;
}

static bool
is_seven_bit(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80 || (unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static void
append_quoted(GString *command, const char *text)
{
	g_string_append_c(command, '"');
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			g_string_append_c(command, '\\');
		g_string_append_c(command, *text);
	}
	g_string_append_c(command, '"');
}

/*
 * A quoted string, or a literal the server needs not agree to. Where it knows none, 8-bit text is quoted: such
 * a server wrote the name that way itself.
 */
static void
append_string(GString *command, unsigned capabilities, const char *text)
{
	size_t length = strlen(text);
	bool literal = (capabilities & IMAP_LITERAL_PLUS) ||
	               ((capabilities & IMAP_LITERAL_MINUS) && length <= LITERAL_MINUS_MOST);
	if (is_seven_bit(text) || !literal)
		append_quoted(command, text);
	else
		g_string_append_printf(command, "{%zu+}\r\n%s", length, text);
}

char *
imap_command_text(unsigned capabilities, const char *format, va_list arguments, GError **error)
{
	g_autoptr(GString) command = g_string_new(NULL);
	for (; *format; format++) {
		if (*format != '%') {
			g_string_append_c(command, *format);
			continue;
		}
		format++;
		g_return_val_if_fail(*format == 's' || *format == 'a', NULL);
		const char *argument = va_arg(arguments, const char *);
		if (!check(argument, error))
			return NULL;
		if (*format == 's')
			append_string(command, capabilities, argument);
		else
			g_string_append(command, argument);
	}
	return g_string_free(g_steal_pointer(&command), FALSE);
}

static bool
fail_broken(const ImapSession *session, GError **error)
{
	if (session->broken)
		g_propagate_error(error, g_error_copy(session->broken));
	return !session->broken;
}

unsigned
imap_send_text(ImapSession *session, const char *text, bool secret, GError **error)
{
	if (!fail_broken(session, error))
		return 0;
	unsigned tag = session->last_tag + 1;
	g_autofree char *line = g_strdup_printf("c%u %s\r\n", tag, text);
	size_t length = strlen(line);
	if (secret)
		connection_hide_next_write(session->connection);
	bool good = connection_write(session->connection, line, length, error);
	if (secret)
		gnutls_memset(line, 0, length);
	if (!good)
		return 0;
	return session->last_tag = tag;
}

unsigned
imap_send_list(
	ImapSession *session, bool secret, GError **error, const char *format, va_list arguments)
{
	g_autofree char *text = imap_command_text(session->capabilities, format, arguments, error);
	if (!text)
		return 0;
	unsigned tag = imap_send_text(session, text, secret, error);
	if (secret)
		gnutls_memset(text, 0, strlen(text));
	return tag;
}

unsigned
imap_send(ImapSession *session, GError **error, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	unsigned tag = imap_send_list(session, false, error, format, arguments);
	va_end(arguments);
	return tag;
}
