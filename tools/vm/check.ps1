#Requires -Version 5.1
<#
.SYNOPSIS
Takes a test machine from a package of winrx to drivers that are checked. docs/windows-vm.md tells the rest.

.DESCRIPTION
Two phases with a restart between them, and one that removes everything; each can be repeated. Each step prints
"pass" or "FAIL". The exit status is 0 if all passed, 1 if a step failed, 2 if a file or the rights are missing.

.EXAMPLE
.\check.ps1 prepare
Restart-Computer
.\check.ps1 run -Minutes 60
.\check.ps1 remove
#>
param(
    [Parameter(Mandatory = $true, Position = 0)]
    [ValidateSet('prepare', 'run', 'remove')]
    [string] $Phase,

    # The folder of the package; that of this file without it.
    [string] $Package,

    # Where reports go.
    [string] $Results = (Join-Path $env:PUBLIC 'winrx-results'),

    # How long the tests of the Hardware Lab Kit go on.
    [int] $Minutes = 30,

    # Has Driver Verifier fail some of the calls that can fail, too.
    [switch] $LowResources
)

# Windows PowerShell 5.1 leaves the variable empty in default values of such a script.
if (-not $Package) { $Package = $PSScriptRoot }

$drivers = @('wskrx.sys', 'ndisrx.sys')
$winrx = Join-Path $Package 'winrx.exe'
$hlk = Join-Path $Package 'hlk.exe'
$certificate = Join-Path $Package 'winrx-test.cer'
$recording = Join-Path $Package 'winrx.wprp'
# What "prepare" notes for the other phases.
$notes = Join-Path $Package 'check.json'

# Where Windows has what a bug check writes.
$control = 'HKLM:\SYSTEM\CurrentControlSet\Control\CrashControl'

# Rule classes of Driver Verifier: special pool, IRQL, pool tracking, I/O, deadlocks, security, miscellaneous, DDI
# compliance (both parts), NDIS.
$classes = @(1, 2, 4, 5, 6, 9, 12, 18, 20, 22)
if ($LowResources) { $classes += 3 }

$script:failed = 0

# Runs a step, which passes if it throws nothing and its last program ends with one of the statuses.
function Step([string] $Name, [scriptblock] $Code, [int[]] $Statuses = @(0)) {
    $global:LASTEXITCODE = 0
    $reason = ''
    try {
        & $Code | Out-Host
        if ($Statuses -notcontains $LASTEXITCODE) { $reason = "status $LASTEXITCODE" }
    } catch {
        $reason = $_.Exception.Message
    }
    if ($reason -eq '') {
        Write-Host "pass  $Name"
    } else {
        Write-Host "FAIL  $Name ($reason)"
        $script:failed += 1
    }
}

function Read-Notes { Get-Content -Path $notes -Raw -ErrorAction Stop | ConvertFrom-Json }

# Fails if a bug check has written a dump since "prepare". It writes MEMORY.DMP over the one before.
function Assert-NoDump {
    $since = (Read-Notes).Ticks
    $places = @((Join-Path $env:SystemRoot 'MEMORY.DMP'), (Join-Path $env:SystemRoot 'Minidump\*.dmp'))
    $dumps = @(Get-ChildItem -Path $places -ErrorAction SilentlyContinue |
        Where-Object { $_.LastWriteTimeUtc.Ticks -gt $since } | ForEach-Object { $_.FullName })
    if ($dumps) { throw "see $($dumps -join ', ')" }
}

function Invoke-Prepare {
    Step 'the time and the kind of dumps are noted' {
        # Notes that are there know the kind from before.
        $from = if (Test-Path $notes) { Read-Notes } else { Get-ItemProperty -Path $control -ErrorAction Stop }
        @{ Ticks = [DateTime]::UtcNow.Ticks; CrashDumpEnabled = $from.CrashDumpEnabled } | ConvertTo-Json |
            Set-Content -Path $notes -ErrorAction Stop
    }
    foreach ($store in @('Root', 'TrustedPublisher')) {
        Step "the certificate is in $store" { certutil.exe -f -addstore $store $certificate }
    }
    Step 'test signing is on' { bcdedit.exe /set testsigning on }
    Step 'a bug check writes a dump of the kernel' {
        Set-ItemProperty -Path $control -Name CrashDumpEnabled -Value 2 -Type DWord -ErrorAction Stop
    }
    # Status 2 says that it takes a restart.
    Step 'Driver Verifier is set' { verifier.exe /rc $classes /driver $drivers } @(0, 2)
    Write-Host 'Restart Windows, then start this with "run".'
}

function Invoke-Run {
    New-Item -ItemType Directory -Force -Path $Results | Out-Null
    Step 'there was no bug check before' { Assert-NoDump }
    Step 'nothing stands in the way' { & $winrx doctor --package $Package }
    Step 'the drivers are installed' { & $winrx install --if-needed --package $Package }
    Step 'the drivers are started' { & $winrx start }
    Step 'the drivers say how they are' { & $winrx status }
    Step 'Driver Verifier watches the drivers' { & $winrx doctor --verifier }
    Step 'events are recorded' { wpr.exe -start $recording -filemode }
    Step 'datagrams arrive in every mode' { & $winrx demo }
    Step 'adapters are there' { & $winrx adapters }
    Step 'frames arrive' {
        $ping = Start-Process -FilePath ping.exe -ArgumentList '-n', '30', '224.0.0.1' -WindowStyle Hidden -PassThru
        $file = Join-Path $Results 'frames.pcapng'
        & $winrx capture --count 5 --at-least 5 --duration 30s --write $file --json
        if (-not $ping.HasExited) { $ping.Kill() }
    }
    Step 'the tests of the Hardware Lab Kit pass' {
        & $hlk --minutes $Minutes --report (Join-Path $Results 'hlk')
    }
    Step 'the events are kept' { wpr.exe -stop (Join-Path $Results 'winrx.etl') }
    Step 'the drivers are stopped' { & $winrx stop }
    Step 'the drivers are started again' { & $winrx start }
    Step 'there was no bug check' { Assert-NoDump }
    Write-Host "The reports are in $Results."
}

function Invoke-Remove {
    Step 'the drivers are removed' { & $winrx uninstall --if-needed }
    Step 'Driver Verifier is off' { verifier.exe /reset } @(0, 2)
    Step 'test signing is off' { bcdedit.exe /set testsigning off }
    $thumbprint = (Get-PfxCertificate -FilePath $certificate).Thumbprint
    foreach ($store in @('Root', 'TrustedPublisher')) {
        Step "the certificate is gone from $store" {
            if (Test-Path "Cert:\LocalMachine\$store\$thumbprint") { certutil.exe -delstore $store $thumbprint }
        }
    }
    Step 'a bug check writes what it did before' {
        if (Test-Path $notes) {
            $kind = (Read-Notes).CrashDumpEnabled
            Set-ItemProperty -Path $control -Name CrashDumpEnabled -Value $kind -Type DWord -ErrorAction Stop
            Remove-Item -Path $notes -ErrorAction Stop
        }
    }
    Write-Host 'Restart Windows.'
}

$user = [Security.Principal.WindowsPrincipal]::new([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $user.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    Write-Host 'This takes the rights of an administrator: open PowerShell with "Run as administrator".'
    exit 2
}
$missing = @($winrx, $hlk, $certificate, $recording) | Where-Object { -not (Test-Path $_) }
if ($missing) {
    Write-Host "Missing: $($missing -join ', '). Take check.ps1 from the folder of a package."
    exit 2
}
if ($Phase -eq 'run' -and -not (Test-Path $notes)) {
    Write-Host "Missing: $notes. Start this with `"prepare`" first."
    exit 2
}
switch ($Phase) {
    'prepare' { Invoke-Prepare }
    'run' { Invoke-Run }
    'remove' { Invoke-Remove }
}
if ($script:failed -gt 0) {
    Write-Host "$($script:failed) failed."
    exit 1
}
Write-Host 'All passed.'
exit 0
