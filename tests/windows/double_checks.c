/* The access checks and the alarms of the double. */
#include "windows/double_parts.h"

#include <inttypes.h>

static void note_sid(const char *name, PSID sid)
{
    char text[SID_TEXT_MAX] = "none";
    const struct sid *view;
    if (sid != NULL && sid_view(bytes_of(sid, SID_SIZE_MAX), &view) == ERR_NONE)
        (void)sid_format(view, text);
    double_note(double_record, " %s=%s", name, text);
}

static void note_descriptor(PSECURITY_DESCRIPTOR descriptor)
{
    const struct bytes bytes = bytes_of(descriptor, 20); /* a header is enough to know it again */
    double_note(double_record, " sd=%02x%02x%s", bytes.data[0], bytes.data[3],
                double_number(descriptor) % 4 == 0 ? "" : " unaligned");
}

static void note_mapping(const GENERIC_MAPPING *mapping)
{
    double_note(double_record, " map=%lx/%lx/%lx/%lx", mapping->GenericRead, mapping->GenericWrite,
                mapping->GenericExecute, mapping->GenericAll);
}

static void note_types(const OBJECT_TYPE_LIST *types, DWORD count)
{
    double_note(double_record, " types=%lu", count);
    for (DWORD i = 0; types != NULL && i < count; i++)
        double_note(double_record, "(%u%s %02x)", types[i].Level, types[i].Sbz == 0 ? "" : " not zero",
                    types[i].ObjectType->Data4[7]);
}

/* Sets the outputs whether the call fails or not, as Wine does. */
static BOOL answer(DWORD count, DWORD *granted, DWORD *statuses, BOOL *status, BOOL *generate)
{
    for (DWORD i = 0; i < count && i < DOUBLE_NODES_MAX; i++) {
        granted[i] = double_script.granted[i];
        if (statuses != NULL)
            statuses[i] = double_script.statuses[i];
    }
    if (status != NULL)
        *status = double_script.status;
    if (generate != NULL)
        *generate = double_script.generate;
    return double_finish();
}

static BOOL give_privileges(PRIVILEGE_SET *set, DWORD *size)
{
    double_note(double_record, " room=%lu\n", *size);
    if (*size < double_script.size_wanted) {
        if (!double_script.size_stays)
            *size = double_script.size_wanted;
        return double_fail(ERROR_INSUFFICIENT_BUFFER);
    }
    set->PrivilegeCount = 0;
    for (unsigned luid = 0; luid < 64; luid++)
        if ((double_script.privileges & privilege_bit(luid)) != 0)
            set->Privilege[set->PrivilegeCount++] =
                (LUID_AND_ATTRIBUTES){{luid, 0}, SE_PRIVILEGE_USED_FOR_ACCESS};
    if (double_script.privileges_claimed != 0)
        set->PrivilegeCount = double_script.privileges_claimed;
    return TRUE;
}

static BOOL WINAPI access_check(PSECURITY_DESCRIPTOR sd, HANDLE token, DWORD desired,
                                PGENERIC_MAPPING mapping, PPRIVILEGE_SET privileges, LPDWORD size,
                                LPDWORD granted, LPBOOL status)
{
    double_note(double_record, "AccessCheck token=%" PRIxPTR " desired=%lx", double_number(token), desired);
    note_descriptor(sd);
    note_mapping(mapping);
    if (!give_privileges(privileges, size))
        return FALSE;
    return answer(1, granted, NULL, status, NULL);
}

static BOOL WINAPI by_type(PSECURITY_DESCRIPTOR sd, PSID self, HANDLE token, DWORD desired,
                           POBJECT_TYPE_LIST types, DWORD count, PGENERIC_MAPPING mapping,
                           PPRIVILEGE_SET privileges, LPDWORD size, LPDWORD granted, LPBOOL status)
{
    double_note(double_record, "AccessCheckByType token=%" PRIxPTR " desired=%lx", double_number(token),
                desired);
    note_sid("self", self);
    note_types(types, count);
    note_descriptor(sd);
    note_mapping(mapping);
    if (!give_privileges(privileges, size))
        return FALSE;
    return answer(1, granted, NULL, status, NULL);
}

static BOOL WINAPI result_list(PSECURITY_DESCRIPTOR sd, PSID self, HANDLE token, DWORD desired,
                               POBJECT_TYPE_LIST types, DWORD count, PGENERIC_MAPPING mapping,
                               PPRIVILEGE_SET privileges, LPDWORD size, LPDWORD granted, LPDWORD statuses)
{
    double_note(double_record, "AccessCheckByTypeResultList token=%" PRIxPTR " desired=%lx",
                double_number(token), desired);
    note_sid("self", self);
    note_types(types, count);
    note_descriptor(sd);
    note_mapping(mapping);
    if (!give_privileges(privileges, size))
        return FALSE;
    return answer(count, granted, statuses, NULL, NULL);
}

static void note_names(const char *function, LPCWSTR subsystem, LPVOID handle, LPCWSTR type, LPCWSTR name)
{
    double_note(double_record, "%s %ls handle=%" PRIxPTR, function, subsystem, double_number(handle));
    if (type != NULL)
        double_note(double_record, " %ls", type);
    if (name != NULL)
        double_note(double_record, " %ls", name);
}

static BOOL WINAPI check_alarm(LPCWSTR subsystem, LPVOID handle, LPWSTR type, LPWSTR name,
                               PSECURITY_DESCRIPTOR sd, DWORD desired, PGENERIC_MAPPING mapping,
                               WINBOOL creation, LPDWORD granted, LPBOOL status, LPBOOL generate)
{
    note_names("AccessCheckAndAuditAlarmW", subsystem, handle, type, name);
    double_note(double_record, " desired=%lx creation=%d", desired, creation);
    note_descriptor(sd);
    note_mapping(mapping);
    double_note(double_record, "\n");
    return answer(1, granted, NULL, status, generate);
}

static BOOL WINAPI by_type_alarm(LPCWSTR subsystem, LPVOID handle, LPCWSTR type, LPCWSTR name,
                                 PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired, AUDIT_EVENT_TYPE kind,
                                 DWORD flags, POBJECT_TYPE_LIST types, DWORD count, PGENERIC_MAPPING mapping,
                                 WINBOOL creation, LPDWORD granted, LPBOOL status, LPBOOL generate)
{
    note_names("AccessCheckByTypeAndAuditAlarmW", subsystem, handle, type, name);
    double_note(double_record, " desired=%lx kind=%d flags=%lx creation=%d", desired, (int)kind, flags,
                creation);
    note_sid("self", self);
    note_types(types, count);
    note_descriptor(sd);
    note_mapping(mapping);
    double_note(double_record, "\n");
    return answer(1, granted, NULL, status, generate);
}

static BOOL WINAPI by_handle(LPCWSTR subsystem, LPVOID handle, HANDLE token, LPCWSTR type, LPCWSTR name,
                             PSECURITY_DESCRIPTOR sd, PSID self, DWORD desired, AUDIT_EVENT_TYPE kind,
                             DWORD flags, POBJECT_TYPE_LIST types, DWORD count, PGENERIC_MAPPING mapping,
                             WINBOOL creation, LPDWORD granted, LPDWORD statuses, LPBOOL generate)
{
    note_names("ResultListAndAuditAlarmByHandleW", subsystem, handle, type, name);
    double_note(double_record, " token=%" PRIxPTR " desired=%lx kind=%d flags=%lx creation=%d",
                double_number(token), desired, (int)kind, flags, creation);
    note_sid("self", self);
    note_types(types, count);
    note_descriptor(sd);
    note_mapping(mapping);
    double_note(double_record, "\n");
    return answer(count, granted, statuses, NULL, generate);
}

static void note_privileges(const PRIVILEGE_SET *set)
{
    double_note(double_record, " privileges=");
    for (DWORD i = 0; set != NULL && i < set->PrivilegeCount; i++)
        double_note(double_record, "%s%lu", i == 0 ? "" : ",", set->Privilege[i].Luid.LowPart);
    double_note(double_record, set != NULL ? "/%lu" : "none", set != NULL ? set->Control : 0);
}

static BOOL WINAPI open_alarm(LPCWSTR subsystem, LPVOID handle, LPWSTR type, LPWSTR name,
                              PSECURITY_DESCRIPTOR sd, HANDLE token, DWORD desired, DWORD granted,
                              PPRIVILEGE_SET privileges, WINBOOL creation, WINBOOL access, LPBOOL generate)
{
    note_names("ObjectOpenAuditAlarmW", subsystem, handle, type, name);
    double_note(double_record, " token=%" PRIxPTR " desired=%lx granted=%lx creation=%d access=%d",
                double_number(token), desired, granted, creation, access);
    note_descriptor(sd);
    note_privileges(privileges);
    double_note(double_record, "\n");
    *generate = double_script.generate;
    return double_finish();
}

static BOOL WINAPI close_alarm(LPCWSTR subsystem, LPVOID handle, WINBOOL generate)
{
    note_names("ObjectCloseAuditAlarmW", subsystem, handle, NULL, NULL);
    double_note(double_record, " generate=%d\n", generate);
    return double_finish();
}

static BOOL WINAPI delete_alarm(LPCWSTR subsystem, LPVOID handle, WINBOOL generate)
{
    note_names("ObjectDeleteAuditAlarmW", subsystem, handle, NULL, NULL);
    double_note(double_record, " generate=%d\n", generate);
    return double_finish();
}

static BOOL WINAPI privilege_alarm(LPCWSTR subsystem, LPVOID handle, HANDLE token, DWORD desired,
                                   PPRIVILEGE_SET privileges, WINBOOL access)
{
    note_names("ObjectPrivilegeAuditAlarmW", subsystem, handle, NULL, NULL);
    double_note(double_record, " token=%" PRIxPTR " desired=%lx access=%d", double_number(token), desired,
                access);
    note_privileges(privileges);
    double_note(double_record, "\n");
    return double_finish();
}

static BOOL WINAPI service_alarm(LPCWSTR subsystem, LPCWSTR service, HANDLE token, PPRIVILEGE_SET privileges,
                                 WINBOOL access)
{
    double_note(double_record, "PrivilegedServiceAuditAlarmW %ls %ls token=%" PRIxPTR " access=%d", subsystem,
                service, double_number(token), access);
    note_privileges(privileges);
    double_note(double_record, "\n");
    return double_finish();
}

void double_checks(struct system *ret)
{
    ret->AccessCheck = access_check;
    ret->AccessCheckByType = by_type;
    ret->AccessCheckByTypeResultList = result_list;
    ret->AccessCheckAndAuditAlarmW = check_alarm;
    ret->AccessCheckByTypeAndAuditAlarmW = by_type_alarm;
    ret->AccessCheckByTypeResultListAndAuditAlarmByHandleW = by_handle;
    ret->ObjectOpenAuditAlarmW = open_alarm;
    ret->ObjectCloseAuditAlarmW = close_alarm;
    ret->ObjectDeleteAuditAlarmW = delete_alarm;
    ret->ObjectPrivilegeAuditAlarmW = privilege_alarm;
    ret->PrivilegedServiceAuditAlarmW = service_alarm;
}
