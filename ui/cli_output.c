#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "ui/cli.h"

static CleanText *
format_text(CleanKind kind, const char *format, va_list arguments)
{
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	return clean_text_new(kind, text, -1);
}

void
cli_say(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autoptr(CleanText) text = format_text(CLEAN_LINE, format, arguments);
	va_end(arguments);
	fflush(stdout);
	fputs("curlew: ", stderr);
	clean_text_print(stderr, text);
	fputc('\n', stderr);
}

void
cli_print(CleanKind kind, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autoptr(CleanText) text = format_text(kind, format, arguments);
	va_end(arguments);
	clean_text_print(stdout, text);
	fputc('\n', stdout);
}

void
cli_print_row(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	g_autofree char *raw = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	/* Cells are padded with blanks, which a line's cleaning would run together. */
	g_autoptr(CleanText) text = clean_text_new(CLEAN_BODY, raw, -1);
	g_autoptr(CleanText) shown = cli_stdout_is_terminal() ? clean_text_clip(text, cli_columns())
	                                                      : clean_text_ref(text);
	clean_text_print(stdout, shown);
	fputc('\n', stdout);
}

void
cli_print_json(JsonObject *object)
{
	g_autofree char *text = json_pretty_write(object);
	fputs(text, stdout);
	fputc('\n', stdout);
}

void
cli_print_json_line(JsonObject *object)
{
	g_autofree char *line = json_line_write(object);
	fputs(line, stdout);
	fputc('\n', stdout);
	fflush(stdout);
}

void
cli_print_bytes(const char *bytes, size_t length)
{
	if (!cli_stdout_is_terminal()) {
		fwrite(bytes, 1, length, stdout);
		return;
	}
	g_autoptr(CleanText) text = clean_text_new(CLEAN_BODY, bytes, (gssize)length);
	clean_text_print(stdout, text);
	fputc('\n', stdout);
}

char *
cli_cell(CleanKind kind, const char *text, size_t columns)
{
	g_autoptr(CleanText) whole = clean_text_new(kind, text, -1);
	g_autoptr(CleanText) shown =
		cli_stdout_is_terminal() ? clean_text_clip(whole, columns) : clean_text_ref(whole);
	size_t width = clean_text_columns(shown);
	return g_strdup_printf(
		"%s%*s", clean_text_utf8(shown), (int)(width < columns ? columns - width : 0), "");
}

char *
cli_date(int64_t seconds)
{
	g_autoptr(GDateTime) date = seconds ? g_date_time_new_from_unix_local(seconds) : NULL;
	return date ? g_strdup_printf("%04d-%02d-%02d %02d:%02d", g_date_time_get_year(date),
			      g_date_time_get_month(date), g_date_time_get_day_of_month(date),
			      g_date_time_get_hour(date), g_date_time_get_minute(date))
	            : g_strdup("");
}

char *
cli_number(int64_t number)
{
	g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, number);
	GString *text = g_string_new(NULL);
	size_t length = strlen(digits);
	for (size_t i = 0; i < length; i++) {
		if (i > 0 && digits[i - 1] != '-' && (length - i) % 3 == 0)
			g_string_append_c(text, ',');
		g_string_append_c(text, digits[i]);
	}
	return g_string_free(text, FALSE);
}

bool
cli_stdout_is_terminal(void)
{
	return isatty(STDOUT_FILENO);
}

size_t
cli_columns(void)
{
	struct winsize size;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return 80;
}

bool
cli_output_failed(void)
{
	return ferror(stdout) != 0;
}

JsonObject *
cli_json_new(void)
{
	JsonObject *object = json_object_new();
	json_set_number(object, "version", 1);
	return object;
}
