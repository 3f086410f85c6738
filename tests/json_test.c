#include <cmocka.h>
#include <string.h>

#include "index/error.h"
#include "index/json.h"

static JsonObject *
parse(const char *line)
{
	g_autoptr(GError) error = NULL;
	JsonObject *object = json_line_parse(line, strlen(line), &error);
	if (object == NULL)
		fail_msg("%s: %s", line, error->message);
	return object;
}

static void
a_line_comes_back_as_it_was(void **state)
{
	static const char *lines[] = {
		"{}",
		"{\"id\":1,\"do\":\"sync\"}",
		"{\"n\":-9223372036854775808,\"m\":9223372036854775807}",
		"{\"a\":[1,\"two\",null,true,{\"b\":{}}]}",
		"{\"a\":\"é日👍\"}",
		"{\"a\":\"x\\ny\\t\\\"\\\\\"}",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(JsonObject) object = parse(lines[i]);
		g_autofree char *line = json_line_write(object);
		assert_string_equal(line, lines[i]);
	}
}

static void
what_is_no_json_object_is_refused(void **state)
{
	static const char *lines[] = { "", " ", "null", "[1]", "\"a\"", "1", "{", "}", "{\"a\":1",
		"{\"a\":1,}", "{\"a\":1}{}", "{\"a\":1} x", "{a:1}", "{'a':1}", "var a = {};",
		"// c\n{}", "{\"a\":/**/1}", "{\"a\":01}", "{\"a\":0x1}", "{\"a\":-}", "{\"a\":1.}",
		"{\"a\":1e}", "{\"a\":NaN}", "{\"a\":tru}", "{\"a\":99999999999999999999}",
		"{\"a\":\"\\q\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u0000\"}",
		"{\"a\":\"\\ud800\"}", "{\"a\":\"\\udc00\"}", "{\"a\":\"\\ud83d\\u0041\"}",
		"{\"a\":\"\n\"}", "{\"a\":\"x}", "{\"a\" 1}", "{\"a\":[1,]}", "{\"a\":\"\377\"}",
		"{\"a\":[1}" };
	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(JsonObject) object = json_line_parse(lines[i], strlen(lines[i]), &error);
		if (object != NULL)
			fail_msg("accepted: %s", lines[i]);
		assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_PROTOCOL));
	}
	g_autoptr(GError) error = NULL;
	assert_null(json_line_parse("{\"a\":\"\0\"}", 9, &error));
	g_clear_error(&error);
	assert_null(json_line_parse("{}\0", 3, &error));
}

static char *
nested(unsigned depth)
{
	GString *line = g_string_new("{\"a\":");
	for (unsigned i = 1; i < depth; i++)
		g_string_append_c(line, '[');
	if (depth == 1)
		g_string_append_c(line, '1');
	for (unsigned i = 1; i < depth; i++)
		g_string_append_c(line, ']');
	return g_string_free(g_string_append_c(line, '}'), FALSE);
}

static void
depth_is_limited(void **state)
{
	g_autofree char *deep = nested(JSON_DEPTH_LIMIT);
	g_autofree char *deeper = nested(JSON_DEPTH_LIMIT + 1);
	g_autofree char *abyss = nested(400000);
	g_autoptr(JsonObject) object = parse(deep);
	g_autoptr(GError) error = NULL;
	assert_null(json_line_parse(deeper, strlen(deeper), &error));
	assert_non_null(strstr(error->message, "deep"));
	assert_null(json_line_parse(abyss, strlen(abyss), NULL));
}

static void
length_is_limited(void **state)
{
	for (size_t extra = 0; extra <= 1; extra++) {
		size_t length = JSON_LINE_LIMIT + extra;
		g_autofree char *line = g_malloc(length);
		memset(line, 'x', length);
		memcpy(line, "{\"a\":\"", 6);
		memcpy(line + length - 2, "\"}", 2);
		g_autoptr(JsonObject) object = json_line_parse(line, length, NULL);
		assert_int_equal(object == NULL, extra);
	}
}

static void
a_member_of_the_wrong_type_counts_as_missing(void **state)
{
	g_autoptr(JsonObject) object =
		parse("{\"t\":\"x\",\"n\":7,\"b\":true,\"o\":{},\"a\":[],\"z\":null,\"d\":1.5}");
	static const char *names[] = { "t", "n", "b", "o", "a", "z", "d", "missing" };
	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const char *name = names[i];
		assert_int_equal(json_text(object, name) != NULL, name[0] == 't');
		assert_int_equal(json_number(object, name, -1) == 7, name[0] == 'n');
		assert_int_equal(json_truth(object, name), name[0] == 'b');
		assert_int_equal(json_object(object, name) != NULL, name[0] == 'o');
		assert_int_equal(json_array(object, name) != NULL, name[0] == 'a');
	}
}

static void
written_json_is_safe_on_a_terminal(void **state)
{
	static const struct {
		const char *text, *json;
	} cases[] = {
		{ "\033[2J\177", "{\"t\":\"\\u001b[2J\\u007f\"}" },
		{ "\302\233\342\200\256\342\200\213", "{\"t\":\"\\u009b\\u202e\\u200b\"}" },
		{ "\363\240\201\201", "{\"t\":\"\\udb40\\udc41\"}" },
		{ "a\377b", "{\"t\":\"a\357\277\275b\"}" },
		{ NULL, "{\"t\":null}" },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(JsonObject) object = json_object_new();
		json_set_text(object, "t", cases[i].text);
		g_autofree char *line = json_line_write(object);
		assert_string_equal(line, cases[i].json);
		g_autoptr(JsonObject) back = parse(line);
		if (cases[i].text != NULL && g_utf8_validate(cases[i].text, -1, NULL))
			assert_string_equal(json_text(back, "t"), cases[i].text);
	}
}

static void
names_are_made_safe_too(void **state)
{
	g_autoptr(JsonObject) object = json_object_new();
	json_set_number(object, "\302\233x", 1);
	g_autofree char *line = json_line_write(object);
	assert_string_equal(line, "{\"\\u009bx\":1}");
}

static void
bytes_set_behind_our_back_still_leave_as_utf8(void **state)
{
	g_autoptr(JsonObject) object = json_object_new();
	json_object_set_string_member(object, "t", "\377");
	g_autofree char *line = json_line_write(object);
	assert_string_equal(line, "{\"t\":\"\357\277\275\"}");
}

static void
pretty_output_is_indented_and_safe(void **state)
{
	g_autoptr(JsonObject) object = json_object_new();
	JsonArray *array = json_array_new();
	json_array_add_int_element(array, 1);
	json_set_array(object, "a", array);
	JsonObject *inner = json_object_new();
	json_set_truth(inner, "t", true);
	json_set_text(inner, "s", "x\ny\033");
	json_set_object(object, "o", inner);
	g_autofree char *text = json_pretty_write(object);
	assert_string_equal(text, "{\n  \"a\" : [\n    1\n  ],\n  \"o\" : {\n    \"t\" : true,\n"
				  "    \"s\" : \"x\\ny\\u001b\"\n  }\n}");
}

static void
an_element_of_another_type_is_missing(void **state)
{
	g_autoptr(JsonObject) object = parse("{\"a\":[\"one\",2,{\"b\":3},null,[4]]}");
	JsonArray *array = json_array(object, "a");
	assert_string_equal(json_text_at(array, 0), "one");
	assert_int_equal(json_number(json_object_at(array, 2), "b", 0), 3);
	g_auto(GStrv) words = json_words(object, "a");
	assert_string_equal(words[0], "one");
	assert_null(words[1]);
	assert_null(json_words(object, "b"));
	json_set_words(object, "c", words);
	assert_string_equal(json_text_at(json_array(object, "c"), 0), "one");
	for (guint i = 0; i < json_array_get_length(array); i++) {
		if (i != 0)
			assert_null(json_text_at(array, i));
		if (i != 2)
			assert_null(json_object_at(array, i));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_comes_back_as_it_was),
		cmocka_unit_test(what_is_no_json_object_is_refused),
		cmocka_unit_test(depth_is_limited),
		cmocka_unit_test(length_is_limited),
		cmocka_unit_test(a_member_of_the_wrong_type_counts_as_missing),
		cmocka_unit_test(written_json_is_safe_on_a_terminal),
		cmocka_unit_test(names_are_made_safe_too),
		cmocka_unit_test(bytes_set_behind_our_back_still_leave_as_utf8),
		cmocka_unit_test(pretty_output_is_indented_and_safe),
		cmocka_unit_test(an_element_of_another_type_is_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
