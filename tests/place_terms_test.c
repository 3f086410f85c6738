#include <cmocka.h>

#include "ui/place_terms.h"

static const struct {
	const char *query, *path;
	FolderRole role;
	bool meant;
} cases[] = {
	{ "from:ada", "work/INBOX", ROLE_INBOX, true },
	{ "from:ada", "work/Lists/tide", ROLE_NONE, true },
	{ "from:ada", "work/Archive", ROLE_ARCHIVE, true },
	{ "from:ada", "work/Sent", ROLE_SENT, false },
	{ "from:ada", "work/Drafts", ROLE_DRAFTS, false },
	{ "from:ada", "work/Trash", ROLE_TRASH, false },
	{ "from:ada", "work/Junk", ROLE_JUNK, false },
	{ "from:ada", "work/All", ROLE_ALL, false },
	/* a folder that is named, however */
	{ "folder:work/Sent", "work/Sent", ROLE_SENT, true },
	{ "folder:work/Sent", "work/INBOX", ROLE_INBOX, false },
	{ "(folder:work/INBOX or folder:\"work/My Lists\")", "work/My Lists", ROLE_NONE, true },
	{ "\"folder:work/My Lists\"", "work/My Lists", ROLE_NONE, true },
	{ "path:work/Lists/**", "work/Lists/tide", ROLE_NONE, true },
	{ "path:work/Lists/**", "work/Lists", ROLE_NONE, true },
	{ "path:work/Lists/**", "work/Listsen", ROLE_NONE, false },
	{ "folder:/Lists/", "work/Lists/tide", ROLE_NONE, true },
	{ "folder:/^home/", "work/Lists/tide", ROLE_NONE, false },
	{ "folder:/((/", "work/Lists", ROLE_NONE, false },
	/* one that is excluded */
	{ "tide not folder:work/Lists", "work/Lists", ROLE_NONE, false },
	{ "tide NOT folder:work/Lists", "work/INBOX", ROLE_INBOX, true },
	{ "tide -folder:work/Lists", "work/Lists", ROLE_NONE, false },
	{ "not -folder:work/Lists", "work/Lists", ROLE_NONE, true },
	{ "not (folder:work/Lists)", "work/Lists", ROLE_NONE, false },
	/* words that only look so */
	{ "xfolder:work/Lists", "work/Sent", ROLE_SENT, false },
	{ "", "work/INBOX", ROLE_INBOX, true },
};

static void
a_query_is_about_the_copies_that_it_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(PlaceTerms) terms = place_terms_new(cases[i].query);
		if (place_terms_mean(terms, cases[i].path, cases[i].role) != cases[i].meant)
			fail_msg("%s is%s about %s", cases[i].query, cases[i].meant ? " not" : "",
				cases[i].path);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_query_is_about_the_copies_that_it_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
