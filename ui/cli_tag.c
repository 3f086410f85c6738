#include <string.h>

#include "backend/account.h"
#include "backend/flag_word.h"
#include "index/tag_name.h"
#include "ui/cli_commands.h"
#include "ui/cli_deeds.h"

/* The question without a change. The caller owns it. */
static JsonObject *
question_new(void)
{
	static const char *const members[] = { "set", "clear", "add", "remove" };
	JsonObject *question = account_question("tag");
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		json_set_array(question, members[i], json_array_new());
	return question;
}

/* WORD: "+TAG" or "-TAG". False after a sentence. */
static bool
add_word(JsonObject *question, const char *word)
{
	bool adds = *word == '+';
	const char *tag = word + 1;
	unsigned set = 0, clear = 0;
	if (flag_tag_edit(tag, adds, &set, &clear)) {
		json_array_add_string_element(
			json_array(question, set ? "set" : "clear"), flag_word(set | clear));
		return true;
	}
	const char *refusal = tag_name_refusal(tag);
	if (refusal) {
		cli_say("tag '%s' %s", tag, refusal);
		return false;
	}
	json_array_add_string_element(json_array(question, adds ? "add" : "remove"), tag);
	return true;
}

/* How many words are changes: those ahead of "--", else the first ones that look so. */
static int
count_changes(const Cli *cli)
{
	const char *const *words = cli_words(cli);
	int ahead = cli_words_ahead(cli), count = 0;
	while (words[count] && count != ahead && strchr("+-", words[count][0]))
		count++;
	return count;
}

int
cli_tag_run(Cli *cli)
{
	g_autoptr(JsonObject) question = question_new();
	int count = count_changes(cli), ahead = cli_words_ahead(cli);
	g_autofree char *query = cli_words_text(cli, count);
	if (!count || (ahead >= 0 && ahead != count) || !*query) {
		cli_say("usage: curlew tag +TAG -TAG … -- QUERY (curlew tag --help)");
		return CLI_USAGE;
	}
	for (int i = 0; i < count; i++)
		if (!add_word(question, cli_words(cli)[i]))
			return CLI_USAGE;
	CliDeed deed = {
		.query = query, .question = question, .past = "changed", .whole_messages = true
	};
	return cli_do(cli, &deed);
}
