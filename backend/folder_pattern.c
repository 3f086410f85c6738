#include <string.h>

#include "backend/config.h"

/* The folder's name is the server's: one pass a pattern character, never exponential. */
static bool
matches(const char *pattern, const char *folder)
{
	size_t length = strlen(folder);
	g_autofree bool *reached =
		g_new0(bool, length + 1); /* [i]: the pattern so far eats i bytes */
	reached[0] = true;
	for (; *pattern; pattern++) {
		if (*pattern == '*' || *pattern == '%') {
			for (size_t i = 0; i < length; i++)
				if (reached[i] && (*pattern == '*' || folder[i] != '/'))
					reached[i + 1] = true;
			continue;
		}
		for (size_t i = length; i > 0; i--)
			reached[i] = reached[i - 1] && folder[i - 1] == *pattern;
		reached[0] = false;
	}
	return reached[length];
}

/* INBOX is the one folder whose case the protocol ignores. */
static bool
matches_name(const char *pattern, const char *folder)
{
	return matches(pattern, folder) || (g_ascii_strcasecmp(pattern, "INBOX") == 0 &&
						   g_ascii_strcasecmp(folder, "INBOX") == 0);
}

bool
config_folder_matches(char **patterns, const char *folder)
{
	bool wanted = false, only_exclusions = true;
	for (char **pattern = patterns; pattern && *pattern; pattern++) {
		if (**pattern == '!') {
			if (matches_name(*pattern + 1, folder))
				return false;
			continue;
		}
		only_exclusions = false;
		wanted = wanted || matches_name(*pattern, folder);
	}
	return wanted || only_exclusions;
}
