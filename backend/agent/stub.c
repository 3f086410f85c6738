#include "backend/agent/stub.h"

#include <stdbool.h>
#include <string.h>

static const char kept_aside[] = "X-Curlew-Original-";

/* Does the line that begins here tell how the body is made? Then the stub's own words take its place. */
static bool
describes_body(const char *line, size_t length)
{
	static const char *const names[] = { "Content-", "MIME-Version:" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
		if (length >= strlen(names[i]) &&
			g_ascii_strncasecmp(line, names[i], strlen(names[i])) == 0)
			return true;
	return false;
}

static bool
is_empty(const char *line, size_t length)
{
	return length == 0 || line[0] == '\n' ||
	       (line[0] == '\r' && (length == 1 || line[1] == '\n'));
}

GString *
stub_build(const char *header, size_t length, int64_t size)
{
	GString *stub = g_string_sized_new(length + 200);
	const char *end = header + length;
	for (const char *line = header; line < end && !is_empty(line, (size_t)(end - line));) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *next = newline ? newline + 1 : end;
		if (describes_body(line, (size_t)(end - line)))
			g_string_append(stub, kept_aside);
		g_string_append_len(stub, line, next - line);
		line = next;
	}
	if (stub->len > 0 && stub->str[stub->len - 1] != '\n')
		g_string_append_c(stub, '\n');
	g_string_append_printf(stub,
		"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n"
		"[%.1f MB on the server, not downloaded]\n",
		(double)MAX(size, 0) / 1e6);
	return stub;
}
