#include "tests/scenario.h"

#include <string.h>

#include "backend/core/remote.h"
#include "index/maildir_name.h"

const char *const scenario_folders[] = { "INBOX", "Arch", "Lists", "Trash", NULL };

/* What stands behind the mail. */
typedef enum Rest { REST_NOTHING, REST_CHANGES, REST_TO, REST_PLACE } Rest;

static const char *const commands[] = { "APPEND", "COPY", "EXAMINE", "EXPUNGE", "FETCH", "SEARCH",
	"SELECT", "STORE" };

static const struct {
	const char *actor, *verb;
	ScenarioActor who;
	ScenarioVerb what;
	Rest rest;
} verbs[] = {
	{ "user", "flag", ACTOR_USER, VERB_FLAG, REST_CHANGES },
	{ "user", "move", ACTOR_USER, VERB_MOVE, REST_TO },
	{ "user", "copy", ACTOR_USER, VERB_COPY, REST_TO },
	{ "user", "delete", ACTOR_USER, VERB_DELETE, REST_NOTHING },
	{ "user", "purge", ACTOR_USER, VERB_PURGE, REST_NOTHING },
	{ "disk", "new", ACTOR_DISK, VERB_NEW, REST_PLACE },
	{ "disk", "flag", ACTOR_DISK, VERB_FLAG, REST_CHANGES },
	{ "disk", "move", ACTOR_DISK, VERB_MOVE, REST_TO },
	{ "disk", "copy", ACTOR_DISK, VERB_COPY, REST_TO },
	{ "disk", "rename", ACTOR_DISK, VERB_RENAME, REST_NOTHING },
	{ "disk", "remove", ACTOR_DISK, VERB_REMOVE, REST_NOTHING },
	{ "there", "new", ACTOR_THERE, VERB_NEW, REST_PLACE },
	{ "there", "flag", ACTOR_THERE, VERB_FLAG, REST_CHANGES },
	{ "there", "move", ACTOR_THERE, VERB_MOVE, REST_TO },
	{ "there", "copy", ACTOR_THERE, VERB_COPY, REST_TO },
	{ "there", "remove", ACTOR_THERE, VERB_REMOVE, REST_NOTHING },
};

static const struct {
	const char *name;
	unsigned bit;
} capabilities[] = {
	{ "MOVE", IMAP_MOVE },
	{ "UIDPLUS", IMAP_UIDPLUS },
};

static void
line_free(void *pointer)
{
	ScenarioLine *line = pointer;
	g_ptr_array_unref(line->add);
	g_ptr_array_unref(line->remove);
	g_free(line);
}

static ScenarioLine *
line_new(void)
{
	ScenarioLine *line = g_new0(ScenarioLine, 1);
	line->folder = line->to = SCENARIO_NOWHERE;
	line->add = g_ptr_array_new_with_free_func(g_free);
	line->remove = g_ptr_array_new_with_free_func(g_free);
	return line;
}

void
scenario_free(Scenario *scenario)
{
	g_free(scenario->name);
	g_ptr_array_unref(scenario->start);
	g_ptr_array_unref(scenario->acts);
	g_ptr_array_unref(scenario->end);
	g_free(scenario);
}

static void
free_scenario(void *scenario)
{
	scenario_free(scenario);
}

static Scenario *
scenario_new(const char *name)
{
	Scenario *scenario = g_new0(Scenario, 1);
	scenario->name = g_strdup(name);
	scenario->start = g_ptr_array_new_with_free_func(line_free);
	scenario->acts = g_ptr_array_new_with_free_func(line_free);
	scenario->end = g_ptr_array_new_with_free_func(line_free);
	return scenario;
}

/* ---- words ---- */

static bool
read_folder(const char *word, int *folder)
{
	for (int i = 0; word && i < SCENARIO_FOLDERS; i++)
		if (g_str_equal(word, scenario_folders[i])) {
			*folder = i;
			return true;
		}
	return false;
}

/* "a", or "a@Arch". */
static bool
read_mail(const char *word, ScenarioLine *line)
{
	if (!word || *word < 'a' || *word > 'z')
		return false;
	line->mail = *word - 'a' + 1;
	return !word[1] || (word[1] == '@' && read_folder(word + 2, &line->folder));
}

/* "FS" or "blue": a flag has a capital. */
static bool
read_flags(const char *word, unsigned *bits, GPtrArray *keywords)
{
	static const char letters[] = "DFPRST";
	if (!*word)
		return false;
	if (!g_ascii_isupper(*word)) {
		g_ptr_array_add(keywords, g_strdup(word));
		return true;
	}
	for (; *word; word++) {
		const char *at = strchr(letters, *word);
		if (!at)
			return false;
		*bits |= 1u << (at - letters);
	}
	return true;
}

static bool
read_place(char **words, ScenarioLine *line)
{
	if (!read_mail(words[0], line) || !read_folder(words[1], &line->folder))
		return false;
	for (words += 2; *words; words++)
		if (!read_flags(*words, &line->set, line->add))
			return false;
	return true;
}

static bool
read_changes(char **words, ScenarioLine *line)
{
	if (!*words)
		return false;
	for (; *words; words++) {
		bool set = **words == '+';
		if ((!set && **words != '-') ||
			!read_flags(*words + 1, set ? &line->set : &line->clear,
				set ? line->add : line->remove))
			return false;
	}
	return true;
}

static bool
read_act(char **words, ScenarioLine *line)
{
	size_t i = 0;
	while (i < G_N_ELEMENTS(verbs) && (!g_str_equal(words[0], verbs[i].actor) || !words[1] ||
						  !g_str_equal(words[1], verbs[i].verb)))
		i++;
	if (i == G_N_ELEMENTS(verbs))
		return false;
	line->actor = verbs[i].who;
	line->verb = verbs[i].what;
	if (verbs[i].rest == REST_PLACE)
		return read_place(words + 2, line);
	if (!read_mail(words[2], line))
		return false;
	if (verbs[i].rest == REST_CHANGES)
		return read_changes(words + 3, line);
	if (verbs[i].rest == REST_TO)
		return read_folder(words[3], &line->to) && !words[4];
	return !words[3];
}

/* ---- what the server does ---- */

static bool
read_command(const char *word, ScenarioLine *line)
{
	for (size_t i = 0; word && i < G_N_ELEMENTS(commands); i++)
		if (g_str_equal(word, commands[i]))
			line->command = commands[i];
	return line->command != NULL;
}

static bool
read_server(char **words, ScenarioLine *line)
{
	static const struct {
		const char *words[2];
		ScenarioVerb verb;
	} acts[] = {
		{ { "server", "refuse" }, VERB_REFUSE },
		{ { "server", "cut" }, VERB_CUT },
		{ { "server", "keep" }, VERB_KEEP },
		{ { "server", "renumber" }, VERB_RENUMBER },
		{ { "server", "meanwhile" }, VERB_MEANWHILE },
	};
	size_t i = 0;
	while (i < G_N_ELEMENTS(acts) && (!g_str_equal(words[0], acts[i].words[0]) ||
						 g_strcmp0(words[1], acts[i].words[1]) != 0))
		i++;
	if (i == G_N_ELEMENTS(acts))
		return false;
	line->actor = ACTOR_SERVER;
	line->verb = acts[i].verb;
	words += 2;
	if (line->verb == VERB_KEEP && !(*words && read_flags(*words++, &line->set, line->add)))
		return false;
	if (line->verb != VERB_KEEP && line->verb != VERB_RENUMBER && !read_command(*words++, line))
		return false;
	return read_folder(*words, &line->folder) && !words[1];
}

/* ---- lines ---- */

/* Between two syncs the user acts first, then other programs, then other clients: so it can be played on real ones. What
 * is done meanwhile begins anew. */
static bool
is_in_order(const Scenario *scenario, const ScenarioLine *line)
{
	const ScenarioLine *last =
		scenario->acts->len ? scenario->acts->pdata[scenario->acts->len - 1] : NULL;
	return !last || last->actor == ACTOR_SYNC || last->verb == VERB_MEANWHILE ||
	       line->actor >= last->actor;
}

static bool
read_needs(char **words, unsigned *needs)
{
	for (; *words; words++) {
		size_t i = 0;
		while (i < G_N_ELEMENTS(capabilities) && !g_str_equal(*words, capabilities[i].name))
			i++;
		if (i == G_N_ELEMENTS(capabilities))
			return false;
		*needs |= capabilities[i].bit;
	}
	return true;
}

static bool
read_alone(char **words, ScenarioLine *line)
{
	bool undo = g_str_equal(words[0], "user") && g_strcmp0(words[1], "undo") == 0 && !words[2];
	bool sync = g_str_equal(words[0], "sync") && !words[1];
	bool round = g_str_equal(words[0], "round") && !words[1];
	if (sync || round)
		line->actor = ACTOR_SYNC;
	line->verb = sync ? VERB_SYNC : round ? VERB_ROUND : VERB_UNDO;
	return undo || sync || round;
}

static bool
read_line(char **words, Scenario *scenario)
{
	if (g_str_equal(words[0], "needs"))
		return read_needs(words + 1, &scenario->needs);
	ScenarioLine *line = line_new();
	bool start = g_str_equal(words[0], "start"), end = g_str_equal(words[0], "end");
	bool fine = start || end ? read_place(words + 1, line)
	                         : (read_alone(words, line) || read_server(words, line) ||
					   read_act(words, line)) &&
	                                   is_in_order(scenario, line);
	scenario->faulty |= line->actor == ACTOR_SERVER;
	g_ptr_array_add(start ? scenario->start : end ? scenario->end : scenario->acts, line);
	return fine;
}

static bool
read_text_line(const char *line, GPtrArray *scenarios)
{
	g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
	g_auto(GStrv) pieces = g_strsplit_set(line, " \t", -1);
	for (int i = 0; pieces[i]; i++)
		if (*pieces[i])
			g_strv_builder_add(builder, pieces[i]);
	g_auto(GStrv) words = g_strv_builder_end(builder);
	if (!*words || *line == '#')
		return true;
	if (!g_ascii_isspace(*line))
		g_ptr_array_add(scenarios, scenario_new(line));
	else if (!scenarios->len || !read_line(words, scenarios->pdata[scenarios->len - 1]))
		return false;
	return true;
}

GPtrArray *
scenarios_read(const char *text, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	g_autoptr(GPtrArray) scenarios = g_ptr_array_new_with_free_func(free_scenario);
	for (int i = 0; lines[i]; i++)
		if (!read_text_line(lines[i], scenarios)) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
				"line %d is no line of a scenario: %s", i + 1,
				g_strstrip(lines[i]));
			return NULL;
		}
	return g_steal_pointer(&scenarios);
}

GPtrArray *
scenarios_load(const char *path, GError **error)
{
	g_autofree char *text = NULL;
	return g_file_get_contents(path, &text, NULL, error) ? scenarios_read(text, error) : NULL;
}

char *
scenario_words(int mail, const char *folder, unsigned flags, const char *keywords)
{
	char letters[8];
	maildir_flags_letters(flags, letters);
	return g_strdup_printf("%c %s%s%s%s%s", 'a' + mail - 1, folder, *letters ? " " : "",
		letters, *keywords ? " " : "", keywords);
}

unsigned
scenario_bodies(const Scenario *scenario)
{
	unsigned bodies = 0;
	for (guint i = 0; i < scenario->acts->len; i++) {
		const ScenarioLine *line = scenario->acts->pdata[i];
		bodies += line->actor == ACTOR_THERE &&
		          (line->verb == VERB_NEW || line->verb == VERB_COPY);
		bodies += line->actor == ACTOR_DISK && line->verb == VERB_REMOVE;
		bodies += line->verb == VERB_PURGE;
	}
	return bodies;
}

char *
scenario_start_words(const Scenario *scenario)
{
	GString *words = g_string_new(NULL);
	for (guint i = 0; i < scenario->start->len; i++) {
		const ScenarioLine *line = scenario->start->pdata[i];
		g_autofree char *one =
			scenario_words(line->mail, scenario_folders[line->folder], line->set, "");
		g_string_append(words, one);
		for (guint at = 0; at < line->add->len; at++)
			g_string_append_printf(words, " %s", (char *)line->add->pdata[at]);
		g_string_append(words, ", ");
	}
	return g_string_free(words, FALSE);
}
