#include "api/write_explanation.h"

/* Whether there is room for another line; takes it. */
static bool take_room(struct explainer *explainer, size_t size)
{
    if (*explainer->room < size + EXPLANATION_LINE) {
        explainer->truncated = true;
        *explainer->room = 0;
        return false;
    }
    *explainer->room -= size + EXPLANATION_LINE;
    return true;
}

static void write_sddl(struct explainer *explainer, json_t *object, struct explainer_acl *acl, unsigned index)
{
    const char *sddl = explainer_sddl(explainer, acl, index);
    if (sddl[0] != '\0')
        write_member(explainer->writer, object, "sddl", write_text(sddl));
}

static json_t *write_right_ace(struct explainer *explainer, const struct explained_right *right)
{
    struct explainer_acl *acl = explainer_acl_of(explainer, right->stage);
    const struct ace ace = explainer_ace(acl, right->ace);
    json_t *object = json_object();
    write_member(explainer->writer, object, "acl", write_text(acl == &explainer->dacl ? "dacl" : "sacl"));
    write_member(explainer->writer, object, "index", json_integer(right->ace));
    write_sddl(explainer, object, acl, right->ace);
    write_member(explainer->writer, object, "trustee", write_sid(explainer->writer, ace.sid, NULL));
    return object;
}

static void write_right(struct explainer *explainer, json_t *array, size_t node, uint32_t bit)
{
    struct writer *writer = explainer->writer;
    const struct explained_right right = explanation_right(explainer->explanation, node, bit);
    const char *text = explainer_right_text(explainer, &right);
    const char *advice = explainer_advice(explainer, &right);
    size_t size = strlen(text) + (advice != NULL ? strlen(advice) : 0);
    if (right.ace != EXPLAIN_NO_ACE)
        size += strlen(explainer_sddl(explainer, explainer_acl_of(explainer, right.stage), right.ace));
    if (!take_room(explainer, size))
        return;
    json_t *object = json_object();
    write_member(writer, object, "right", write_text(explainer_rights(explainer, bit)));
    write_member(writer, object, "mask", write_hex(writer, bit));
    write_member(writer, object, "granted", json_boolean(right.granted));
    write_member(writer, object, "stage", write_text(explain_stage_name(right.stage)));
    write_member(writer, object, "code", write_text(explain_reason_name(right.reason)));
    if (right.ace != EXPLAIN_NO_ACE)
        write_member(writer, object, "ace", write_right_ace(explainer, &right));
    if (right.privilege != 0)
        write_member(writer, object, "privilege", write_text(privilege_name(right.privilege)));
    if (right.rule != NULL)
        write_member(writer, object, "rule", write_text(right.rule));
    write_member(writer, object, "text", write_text(text));
    if (advice != NULL)
        write_member(writer, object, "advice", write_text(advice));
    write_item(writer, array, object);
}

static json_t *write_rights(struct explainer *explainer, size_t node)
{
    const uint32_t asked = explainer->explanation->asked;
    json_t *array = json_array();
    for (unsigned bit = 0; bit < 32 && !explainer->truncated; bit++) {
        if ((asked >> bit & 1) != 0)
            write_right(explainer, array, node, UINT32_C(1) << bit);
    }
    return array;
}

static json_t *write_nodes(struct explainer *explainer)
{
    const struct access_request *request = explainer->explanation->request;
    json_t *array = json_array();
    for (size_t i = 0; i < request->node_count && !explainer->truncated; i++) {
        json_t *object = json_object();
        write_member(explainer->writer, object, "level", json_integer(request->nodes[i].level));
        write_member(explainer->writer, object, "guid", write_guid(&request->nodes[i].guid));
        write_member(explainer->writer, object, "rights", write_rights(explainer, i));
        write_item(explainer->writer, array, object);
    }
    return array;
}

static const char *truth_word(enum truth truth)
{
    return truth == TRUTH_TRUE ? "true" : truth == TRUTH_FALSE ? "false" : "unknown";
}

static json_t *write_term(struct explainer *explainer, const struct explained_term *term)
{
    struct writer *writer = explainer->writer;
    json_t *object = json_object();
    if (term->text != NULL)
        write_member(writer, object, "text", write_text(term->text));
    write_member(writer, object, "value", write_text(truth_word(term->value)));
    if (term->absent_count != 0) {
        json_t *absent = json_array();
        for (size_t i = 0; i < term->absent_count; i++)
            write_item(writer, absent, write_text(term->absent[i]));
        write_member(writer, object, "absent", absent);
    }
    return object;
}

static void write_condition(struct explainer *explainer, json_t *object, enum explain_stage stage,
                            unsigned index, const struct ace *ace)
{
    struct writer *writer = explainer->writer;
    struct explained_condition condition;
    if (explain_condition(writer->arena, explainer->explanation, stage, index, ace, explainer->domains,
                          &condition) != ERR_NONE) {
        writer->failed = true;
        return;
    }
    if (!condition.evaluated)
        return;
    json_t *terms = json_array();
    for (size_t i = 0; i < condition.term_count; i++) {
        const char *text = condition.terms[i].text;
        if (take_room(explainer, text != NULL ? 2 * strlen(text) : 0))
            write_item(writer, terms, write_term(explainer, &condition.terms[i]));
    }
    json_t *inner = json_object();
    write_member(writer, inner, "value", write_text(truth_word(condition.value)));
    if (condition.malformed)
        write_member(writer, inner, "malformed", json_true());
    write_member(writer, inner, "terms", terms);
    write_member(writer, object, "condition", inner);
}

static const char *outcome_word(enum explain_outcome outcome)
{
    switch (outcome) {
    case EXPLAIN_ACE_GRANTED:
    case EXPLAIN_ACE_DENIED:
    case EXPLAIN_ACE_LIMITED:
    case EXPLAIN_ACE_NAMES_POLICY:
        return "applied";
    case EXPLAIN_ACE_NOT_REACHED:
        return "not-reached";
    default:
        return "skipped";
    }
}

static void write_ace(struct explainer *explainer, json_t *array, enum explain_stage stage, unsigned index)
{
    struct writer *writer = explainer->writer;
    struct explainer_acl *acl = explainer_acl_of(explainer, stage);
    const struct ace ace = explainer_ace(acl, index);
    const enum explain_outcome outcome = explanation_ace(explainer->explanation, stage, index, &ace);
    const char *text = explainer_ace_text(explainer, stage, index, outcome);
    if (!take_room(explainer, strlen(text) + strlen(explainer_sddl(explainer, acl, index))))
        return;
    json_t *object = json_object();
    write_member(writer, object, "stage", write_text(explain_stage_name(stage)));
    write_member(writer, object, "index", json_integer((json_int_t)index));
    write_sddl(explainer, object, acl, index);
    if (ace.sid != NULL)
        write_member(writer, object, "trustee", write_sid(writer, ace.sid, NULL));
    write_member(writer, object, "outcome", write_text(outcome_word(outcome)));
    write_member(writer, object, "code", write_text(explain_outcome_name(outcome)));
    write_member(writer, object, "text", write_text(text));
    write_condition(explainer, object, stage, index, &ace);
    write_item(writer, array, object);
}

/* Of the SACL only what has a part in a check. */
static bool stage_of(uint8_t type, enum explain_stage *ret)
{
    switch (type) {
    case ACE_SYSTEM_PROCESS_TRUST_LABEL:
        *ret = EXPLAIN_STAGE_TRUST_LABEL;
        return true;
    case ACE_SYSTEM_ACCESS_FILTER:
        *ret = EXPLAIN_STAGE_ACCESS_FILTER;
        return true;
    case ACE_SYSTEM_MANDATORY_LABEL:
        *ret = EXPLAIN_STAGE_INTEGRITY;
        return true;
    case ACE_SYSTEM_SCOPED_POLICY_ID:
        *ret = EXPLAIN_STAGE_POLICY;
        return true;
    default:
        return false;
    }
}

/* The SACL's first, in the order in which Windows looks. */
static json_t *write_aces(struct explainer *explainer)
{
    const struct explanation *explanation = explainer->explanation;
    json_t *array = json_array();
    for (unsigned i = 0; i < explainer->sacl.count && !explainer->truncated; i++) {
        enum explain_stage stage = EXPLAIN_STAGE_INTEGRITY;
        if (stage_of(explainer->sacl.aces[i][0], &stage))
            write_ace(explainer, array, stage, i);
    }
    for (unsigned pass = 0; pass < EXPLAIN_PASSES; pass++) {
        if (pass != 0 && explanation->passes[pass].judged == 0)
            continue;
        for (unsigned i = 0; i < explainer->dacl.count && !explainer->truncated; i++)
            write_ace(explainer, array, EXPLAIN_STAGE_DACL + pass, i);
    }
    return array;
}

static json_t *write_level(struct writer *writer, uint32_t level)
{
    struct sid_buffer sid;
    return sid_make(&sid, 16, &level, 1) == ERR_NONE ? write_sid(writer, sid_of(&sid), NULL) : NULL;
}

static json_t *write_integrity(struct explainer *explainer)
{
    struct writer *writer = explainer->writer;
    const struct explanation *explanation = explainer->explanation;
    json_t *object = json_object();
    write_member(writer, object, "token", write_level(writer, explanation->token->integrity_level));
    write_member(writer, object, "object", write_level(writer, explanation->limit.integrity_level));
    write_member(writer, object, "policy",
                 write_flags(writer, &NAMES_LABEL_POLICY, explanation->limit.integrity_policy));
    write_member(writer, object, "default", json_boolean(explanation->limit.integrity_ace == EXPLAIN_NO_ACE));
    write_member(writer, object, "below", json_boolean(explanation->limit.integrity));
    return object;
}

static const char *summary(struct explainer *explainer, const struct access_answer *answer)
{
    const struct explanation *explanation = explainer->explanation;
    const uint32_t need = explanation->request->desired & ~RIGHT_MAXIMUM_ALLOWED;
    const uint32_t missing = need & ~explanation->granted[0];
    if (answer->allowed)
        return explainer_print(explainer, "Allowed: %s.", explainer_rights(explainer, answer->granted));
    if (explanation->request->desired == 0)
        return "Refused: nothing was asked for.";
    if (missing == 0)
        return "Refused: no right at all is granted.";
    return explainer_print(explainer, "Refused: %s %s not granted.", explainer_rights(explainer, missing),
                           (missing & (missing - 1)) == 0 ? "is" : "are");
}

json_t *write_explanation(struct writer *writer, struct explanation *explanation,
                          const struct access_answer *answer, const struct sddl_domains *domains,
                          size_t *room)
{
    struct explainer explainer;
    explainer_init(&explainer, writer, explanation, domains, room);
    if (writer->failed)
        return NULL;
    json_t *object = json_object();
    write_member(writer, object, "summary", write_text(summary(&explainer, answer)));
    write_member(writer, object, "rights", write_rights(&explainer, 0));
    if (explanation->request->result_list)
        write_member(writer, object, "nodes", write_nodes(&explainer));
    write_member(writer, object, "aces", write_aces(&explainer));
    if (explanation->examined)
        write_member(writer, object, "integrity", write_integrity(&explainer));
    if (explainer.truncated)
        write_member(writer, object, "truncated", json_true());
    return object;
}
