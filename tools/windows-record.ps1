# windows-record.ps1: on Windows, as an administrator, after tools/windows-test: records what Windows answers to every row whose token
# can be made, which needs rights that nobody has from the start. Gives them to this account, and turns on the auditing of objects; runs
# the recorder as a task, whose logon has them; then puts rights and auditing back as they were. For a machine that may be thrown away.
param(
    [string] $Output = 'record-all.jsonl',
    [int] $Minutes = 30
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest

$tree = Split-Path -Parent $PSScriptRoot
$recorder = Join-Path $tree 'build\native\tests\windows\record\windows-record.exe'
$rows = Get-ChildItem (Join-Path $tree 'tests\conformance\vectors\*.jsonl') | Sort-Object Name | ForEach-Object { '"' + $_.FullName + '"' }
$path = Join-Path $tree $Output
$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$administrator = [Security.Principal.WindowsBuiltInRole]::Administrator
if (-not ([Security.Principal.WindowsPrincipal] $identity).IsInRole($administrator)) { throw 'run this as an administrator' }
if (-not (Test-Path $recorder)) { throw "there is no $recorder : run tools/windows-test first" }

$rights = 'SeCreateTokenPrivilege', 'SeTcbPrivilege', 'SeAuditPrivilege', 'SeAssignPrimaryTokenPrivilege', 'SeBatchLogonRight'
# Object Access: file system, registry, kernel object, SAM, application generated, handle manipulation, other object access; DS access
$audited = '921D', '921E', '921F', '9220', '9222', '9223', '9227', '923B' | ForEach-Object { "{0CCE$_-69AE-11D9-BED3-505054503030}" }
$work = New-Item -ItemType Directory -Path (Join-Path $env:TEMP ("ntokend-" + [Guid]::NewGuid()))
$task = 'ntokend-record'
$unfinished = 0x41301, 0x41303, 0x41325 # it runs, it has not run yet, it is queued

function Invoke-Checked([string] $Program, [string[]] $Arguments) {
    & $Program @Arguments | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "$Program $Arguments : status $LASTEXITCODE" }
}

# Who holds each right, as secedit exports it; nobody is not in its export, and is written as nobody.
function Write-Rights([hashtable] $Holders, [string] $File) {
    $lines = @('[Unicode]', 'Unicode=yes', '[Version]', 'signature="$CHICAGO$"', 'Revision=1', '[Privilege Rights]')
    foreach ($right in $rights) { $lines += "$right = " + ($Holders[$right] -join ',') }
    Set-Content -Path $File -Value $lines -Encoding Unicode
}

function Set-Rights([string] $File) {
    Invoke-Checked secedit @('/configure', '/db', (Join-Path $work 'rights.sdb'), '/overwrite', '/quiet', '/cfg', $File, '/areas', 'USER_RIGHTS')
}

$before = Join-Path $work 'before.inf'
$exported = Join-Path $work 'exported.inf'
$auditing = Join-Path $work 'auditing.csv'
Invoke-Checked secedit @('/export', '/quiet', '/cfg', $exported, '/areas', 'USER_RIGHTS')
Invoke-Checked auditpol @('/backup', "/file:$auditing")
$old = @{}
$new = @{}
foreach ($right in $rights) {
    $line = Get-Content $exported | Where-Object { $_ -match "^$right\s*=" } | Select-Object -First 1
    $holders = @()
    if ($line) { $holders = @(($line -split '=', 2)[1].Trim() -split ',' | Where-Object { $_ }) }
    $old[$right] = $holders
    $new[$right] = @($holders) + ('*' + $identity.User.Value)
}
Write-Rights $old $before
Write-Rights $new (Join-Path $work 'grant.inf')

try {
    Set-Rights (Join-Path $work 'grant.inf')
    foreach ($subcategory in $audited) { Invoke-Checked auditpol @('/set', "/subcategory:$subcategory", '/success:enable', '/failure:enable') }
    $action = New-ScheduledTaskAction -Execute $recorder -Argument ('"' + $path + '" ' + ($rows -join ' ')) -WorkingDirectory $tree
    $principal = New-ScheduledTaskPrincipal -UserId $identity.Name -LogonType S4U -RunLevel Highest
    Register-ScheduledTask -TaskName $task -Action $action -Principal $principal -Force | Out-Null
    Start-ScheduledTask -TaskName $task
    $end = (Get-Date).AddMinutes($Minutes)
    do {
        Start-Sleep -Seconds 1
        $status = (Get-ScheduledTaskInfo -TaskName $task).LastTaskResult
    } while ($status -in $unfinished -and (Get-Date) -lt $end)
    if ($status -ne 0) { throw "the recorder ended with status $status" }
} finally {
    Unregister-ScheduledTask -TaskName $task -Confirm:$false -ErrorAction SilentlyContinue
    try { Set-Rights $before } finally {
        Invoke-Checked auditpol @('/restore', "/file:$auditing")
        Remove-Item -Recurse -Force $work
    }
}
Write-Output "answers: $path"
